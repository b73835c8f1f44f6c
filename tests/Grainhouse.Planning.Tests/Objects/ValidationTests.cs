using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Objects;

namespace Grainhouse.Planning.Tests.Objects;

public sealed class ValidationTests
{
    private const string SubdomainWords =
        "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric "
        + "character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

    private const string LabelWords =
        "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character "
        + "(e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";

    private const string KeyWords =
        "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character "
        + "(e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";

    private const string ValueWords =
        "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric "
        + "character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

    [Fact]
    public void Create_InvalidDeployment_HasUpstreamsStatus()
    {
        var error = Rules.Create(ResourceCatalog.Deployments, Documents.Deployment.Replace("\"replicas\":3", "\"replicas\":-1", StringComparison.Ordinal)).Rejected();

        Assert.Equal((422, "Invalid"), (error.Code, error.Reason));
        Assert.Equal("Deployment.apps \"web\" is invalid: spec.replicas: Invalid value: -1: must be greater than or equal to 0", error.Message);
        Assert.Equal(("web", "apps", "Deployment"), (error.Name, error.Group, error.Kind));
        Assert.Equal(new StatusCause("FieldValueInvalid", "Invalid value: -1: must be greater than or equal to 0", "spec.replicas"), Assert.Single(error.Causes));
    }

    [Theory]
    [InlineData("metadata.name", "\"Web\"", "metadata.name: Invalid value: \"Web\": " + SubdomainWords)]
    [InlineData("metadata.labels", "{'-a':'b'}", "metadata.labels: Invalid value: \"-a\": " + KeyWords)]
    [InlineData("metadata.labels", "{'a':'b c'}", "metadata.labels: Invalid value: \"b c\": " + ValueWords)]
    [InlineData("metadata.annotations", "{'a b':'c'}", "metadata.annotations: Invalid value: \"a b\": " + KeyWords)]
    [InlineData("metadata.finalizers", "['mine']", "metadata.finalizers[0]: Invalid value: \"mine\": name is neither a standard finalizer name nor is it fully qualified")]
    [InlineData("metadata.ownerReferences", "[{'apiVersion':'v1','kind':'Pod','name':'p'}]", "metadata.ownerReferences.uid: Invalid value: \"\": uid must not be empty")]
    [InlineData("spec.containers", "[]", "spec.containers: Required value")]
    [InlineData("spec.containers[0].name", "null", "spec.containers[0].name: Required value")]
    [InlineData("spec.containers[0].name", "'A'", "spec.containers[0].name: Invalid value: \"A\": " + LabelWords)]
    [InlineData("spec.containers[0].image", "null", "spec.containers[0].image: Required value")]
    [InlineData("spec.containers[0].image", "' x'", "spec.containers[0].image: Invalid value: \" x\": must not have leading or trailing whitespace")]
    [InlineData("spec.containers[0].imagePullPolicy", "'Sometimes'", "spec.containers[0].imagePullPolicy: Unsupported value: \"Sometimes\": supported values: \"Always\", \"IfNotPresent\", \"Never\"")]
    [InlineData("spec.restartPolicy", "'Maybe'", "spec.restartPolicy: Unsupported value: \"Maybe\": supported values: \"Always\", \"Never\", \"OnFailure\"")]
    [InlineData("spec.initContainers", "[{'name':'main','image':'i'}]", "spec.initContainers[0].name: Duplicate value: \"main\"")]
    [InlineData("spec.initContainers", "[{'name':'i','image':'i','livenessProbe':{'exec':{'command':['x']}}}]", "spec.initContainers[0].livenessProbe: Forbidden: may not be set for init containers without restartPolicy=Always")]
    [InlineData("spec.containers[0].ports", "[{'containerPort':0}]", "spec.containers[0].ports[0].containerPort: Required value")]
    [InlineData("spec.containers[0].ports", "[{'containerPort':70000}]", "spec.containers[0].ports[0].containerPort: Invalid value: 70000: must be between 1 and 65535, inclusive")]
    [InlineData("spec.containers[0].ports", "[{'containerPort':1,'name':'a'},{'containerPort':2,'name':'a'}]", "spec.containers[0].ports[1].name: Duplicate value: \"a\"")]
    [InlineData("spec.containers[0].ports", "[{'containerPort':1,'protocol':'ICMP'}]", "spec.containers[0].ports[0].protocol: Unsupported value: \"ICMP\": supported values: \"SCTP\", \"TCP\", \"UDP\"")]
    [InlineData("spec.containers[0].env", "[{'name':''}]", "spec.containers[0].env[0].name: Required value")]
    [InlineData("spec.containers[0].env", "[{'name':'a=b'}]", "spec.containers[0].env[0].name: Invalid value: \"a=b\": a valid environment variable name must consist only of printable ASCII characters other than '='")]
    [InlineData("spec.containers[0].env", "[{'name':'a','valueFrom':{}}]", "spec.containers[0].env[0].valueFrom: Invalid value: \"\": must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`")]
    [InlineData("spec.containers[0].env", "[{'name':'a','valueFrom':{'fieldRef':{'fieldPath':'spec.x'}}}]", "spec.containers[0].env[0].valueFrom.fieldRef.fieldPath: Invalid value: \"spec.x\": error converting fieldPath: field label not supported: spec.x")]
    [InlineData("spec.containers[0].volumeMounts", "[{'name':'v','mountPath':'/v'}]", "spec.containers[0].volumeMounts[0].name: Not found: \"v\"")]
    [InlineData("spec.volumes", "[{'name':'v','emptyDir':{},'hostPath':{'path':'/x'}}]", "spec.volumes[0].hostPath: Forbidden: may not specify more than 1 volume type")]
    [InlineData("spec.volumes", "[{'name':'v'},{'name':'v'}]", "spec.volumes[1].name: Duplicate value: \"v\"")]
    [InlineData("spec.volumes", "[{'name':'v','configMap':{'name':'c','items':[{'key':'k','path':'/abs'}]}}]", "spec.volumes[0].configMap.items[0].path: Invalid value: \"/abs\": must be a relative path")]
    [InlineData("spec.containers[0].livenessProbe", "{'periodSeconds':1}", "spec.containers[0].livenessProbe: Required value: must specify a handler type")]
    [InlineData("spec.containers[0].livenessProbe", "{'exec':{'command':['x']},'tcpSocket':{'port':1}}", "spec.containers[0].livenessProbe.tcpSocket: Forbidden: may not specify more than 1 handler type")]
    [InlineData("spec.containers[0].livenessProbe", "{'tcpSocket':{'port':1},'successThreshold':2}", "spec.containers[0].livenessProbe.successThreshold: Invalid value: 2: must be 1")]
    [InlineData("spec.containers[0].readinessProbe", "{'tcpSocket':{'port':1},'initialDelaySeconds':-1}", "spec.containers[0].readinessProbe.initialDelaySeconds: Invalid value: -1: must be greater than or equal to 0")]
    [InlineData("spec.containers[0].resources", "{'requests':{'cpu':'2'},'limits':{'cpu':'500m'}}", "spec.containers[0].resources.requests: Invalid value: \"2\": must be less than or equal to cpu limit of 500m")]
    [InlineData("spec.containers[0].resources", "{'limits':{'memory':'-1'}}", "spec.containers[0].resources.limits[memory]: Invalid value: \"-1\": must be greater than or equal to 0")]
    [InlineData("spec.terminationGracePeriodSeconds", "-1", "spec.terminationGracePeriodSeconds: Invalid value: -1: must be greater than or equal to 0")]
    [InlineData("spec.tolerations", "[{'operator':'Equal'}]", "spec.tolerations[0].operator: Invalid value: \"Equal\": operator must be Exists when `key` is empty, which means \"match all values and all keys\"")]
    public void Create_InvalidPod_SaysWhereAndWhy(string path, string value, string expected)
    {
        var pod = JsonNode.Parse(Documents.Pod.Replace('\'', '"'))!.AsObject();
        Set(pod, path, JsonNode.Parse(value.Replace('\'', '"')));

        Assert.Contains(expected, Rules.Create(ResourceCatalog.Pods, pod.ToJsonString(), name: (string?)pod["metadata"]!["name"]).Causes());
    }

    [Theory]
    [InlineData("spec.selector", "null", "spec.selector: Required value")]
    [InlineData("spec.selector", "{}", "spec.selector: Invalid value: v1.LabelSelector{MatchLabels:map[string]string(nil), MatchExpressions:[]v1.LabelSelectorRequirement(nil)}: empty selector is invalid for deployment")]
    [InlineData("spec.selector", "{'matchLabels':{'app':'other'}}", "spec.template.metadata.labels: Invalid value: map[string]string{\"app\":\"web\"}: `selector` does not match template `labels`")]
    [InlineData("spec.template.spec.restartPolicy", "'Never'", "spec.template.spec.restartPolicy: Unsupported value: \"Never\": supported values: \"Always\"")]
    [InlineData("spec.template.spec.containers", "null", "spec.template.spec.containers: Required value")]
    [InlineData("spec.strategy", "{'type':'RollingUpdate','rollingUpdate':{'maxSurge':0,'maxUnavailable':0}}", "spec.strategy.rollingUpdate.maxUnavailable: Invalid value: 0: may not be 0 when `maxSurge` is 0")]
    [InlineData("spec.strategy", "{'type':'RollingUpdate','rollingUpdate':{'maxSurge':'0%','maxUnavailable':'0%'}}", "spec.strategy.rollingUpdate.maxUnavailable: Invalid value: \"0%\": may not be 0 when `maxSurge` is 0")]
    [InlineData("spec.strategy", "{'rollingUpdate':{'maxSurge':'a'}}", "spec.strategy.rollingUpdate.maxSurge: Invalid value: \"a\": a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')")]
    [InlineData("spec.strategy", "{'rollingUpdate':{'maxUnavailable':'101%'}}", "spec.strategy.rollingUpdate.maxUnavailable: Invalid value: \"101%\": must not be greater than 100%")]
    [InlineData("spec.strategy", "{'type':'Recreate','rollingUpdate':{'maxSurge':1}}", "spec.strategy.rollingUpdate: Forbidden: may not be specified when strategy `type` is 'Recreate'")]
    [InlineData("spec.strategy", "{'type':'Other'}", "spec.strategy: Unsupported value: \"Other\": supported values: \"Recreate\", \"RollingUpdate\"")]
    [InlineData("spec.progressDeadlineSeconds", "0", "spec.progressDeadlineSeconds: Invalid value: 0: must be greater than minReadySeconds")]
    public void Create_InvalidDeployment_SaysWhereAndWhy(string path, string value, string expected)
    {
        var deployment = JsonNode.Parse(Documents.Deployment)!.AsObject();
        Set(deployment, path, JsonNode.Parse(value.Replace('\'', '"')));

        Assert.Contains(expected, Rules.Create(ResourceCatalog.Deployments, deployment.ToJsonString()).Causes());
    }

    [Theory]
    [InlineData("metadata.name", "'1web'", "metadata.name: Invalid value: \"1web\": a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')")]
    [InlineData("spec.ports", "[]", "spec.ports: Required value")]
    [InlineData("spec.ports", "[{'port':1},{'port':2}]", "spec.ports[0].name: Required value")]
    [InlineData("spec.ports", "[{'port':1,'name':'a'},{'port':2,'name':'a'}]", "spec.ports[1].name: Duplicate value: \"a\"")]
    [InlineData("spec.ports", "[{'port':0}]", "spec.ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive")]
    [InlineData("spec.type", "'Other'", "spec.type: Unsupported value: \"Other\": supported values: \"ClusterIP\", \"ExternalName\", \"LoadBalancer\", \"NodePort\"")]
    [InlineData("spec.type", "'ExternalName'", "spec.externalName: Required value")]
    [InlineData("spec.clusterIP", "'x'", "spec.clusterIPs[0]: Invalid value: \"x\": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)")]
    public void Create_InvalidService_SaysWhereAndWhy(string path, string value, string expected)
    {
        var service = JsonNode.Parse(Documents.Service.Replace('\'', '"'))!.AsObject();
        Set(service, path, JsonNode.Parse(value.Replace('\'', '"')));

        Assert.Contains(expected, Rules.Create(ResourceCatalog.Services, service.ToJsonString(), name: (string?)service["metadata"]!["name"]).Causes());
    }

    [Fact]
    public void Create_ConfigMapWithBadKey_IsInvalid() =>
        Assert.Equal(
            ["data[a b]: Invalid value: \"a b\": a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')"],
            Rules.Create(ResourceCatalog.ConfigMaps, "{'metadata':{'name':'c'},'data':{'a b':'x'}}").Causes());

    [Fact]
    public void Create_ConfigMapOverOneMebibyte_IsTooLong() =>
        Assert.Equal(
            [": Too long: may not be more than 1048576 bytes"],
            Rules.Create(ResourceCatalog.ConfigMaps, $"{{'metadata':{{'name':'c'}},'data':{{'a':'{new string('x', 1048577)}'}}}}").Causes());

    [Fact]
    public void Create_TlsSecretWithoutKeys_IsInvalid() =>
        Assert.Equal(
            ["data[tls.crt]: Required value", "data[tls.key]: Required value"],
            Rules.Create(ResourceCatalog.Secrets, "{'metadata':{'name':'s'},'type':'kubernetes.io/tls'}").Causes());

    [Fact]
    public void Create_SeveralErrors_AreAllTold()
    {
        var error = Rules.Create(ResourceCatalog.Pods, "{'metadata':{'name':'p'},'spec':{'restartPolicy':'x'}}").Rejected();

        Assert.Equal(
            "Pod \"p\" is invalid: [spec.containers: Required value, spec.restartPolicy: Unsupported value: \"x\": supported values: \"Always\", \"Never\", \"OnFailure\"]",
            error.Message);
    }

    private static void Set(JsonNode root, string path, JsonNode? value)
    {
        var parts = path.Replace("[", ".[", StringComparison.Ordinal).Split('.');
        var at = root;
        foreach (var part in parts[..^1])
        {
            at = part[0] == '[' ? at[int.Parse(part.Trim('[', ']'))]! : at[part]!;
        }

        at[parts[^1]] = value;
    }
}
