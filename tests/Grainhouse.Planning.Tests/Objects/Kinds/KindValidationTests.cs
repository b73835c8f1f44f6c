using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Objects;

namespace Grainhouse.Planning.Tests.Objects.Kinds;

/// <summary>What each kind refuses, in upstream's words.</summary>
public sealed class KindValidationTests
{
    private const string Once = "'template':{'metadata':{'labels':{'a':'b'}},'spec':{'restartPolicy':'Never','containers':[{'name':'c','image':'i'}]}}";
    private const string Forever = "'template':{'metadata':{'labels':{'a':'b'}},'spec':{'containers':[{'name':'c','image':'i'}]}}";
    private const string Selector = "'selector':{'matchLabels':{'a':'b'}}";
    private const string Webhook = "'sideEffects':'None','admissionReviewVersions':['v1'],'clientConfig':{'url':'https://x'}";

    [Theory]
    [InlineData("statefulsets.apps", "'spec':{'podManagementPolicy':'Some'," + Selector + "," + Forever + "}", "spec.podManagementPolicy: Invalid value: \"Some\": must be 'OrderedReady' or 'Parallel'")]
    [InlineData("statefulsets.apps", "'spec':{'updateStrategy':{'type':'OnDelete','rollingUpdate':{'partition':1}}," + Selector + "," + Forever + "}", "spec.updateStrategy.rollingUpdate: Invalid value: {\"partition\":1}: only allowed for updateStrategy 'RollingUpdate'")]
    [InlineData("daemonsets.apps", "'spec':{'updateStrategy':{'rollingUpdate':{'maxSurge':1,'maxUnavailable':1}}," + Selector + "," + Forever + "}", "spec.updateStrategy.rollingUpdate.maxSurge: Invalid value: 1: may not be set when maxUnavailable is non-zero")]
    [InlineData("replicationcontrollers", "'spec':{'selector':{'c':'d'}," + Forever + "}", "spec.template.metadata.labels: Invalid value: map[string]string{\"a\":\"b\"}: `selector` does not match template `labels`")]
    [InlineData("controllerrevisions.apps", "'revision':-1,'data':{}", "revision: Invalid value: -1: must be greater than or equal to 0")]
    [InlineData("controllerrevisions.apps", "'revision':1", "data: Required value: data is mandatory")]
    [InlineData("jobs.batch", "'spec':{" + Forever + "}", "spec.template.spec.restartPolicy: Required value: valid values: \"OnFailure\", \"Never\"")]
    [InlineData("jobs.batch", "'spec':{'completionMode':'Indexed','parallelism':1," + Once + "}", "spec.completions: Required value: when completion mode is Indexed")]
    [InlineData("jobs.batch", "'spec':{'backoffLimit':-1," + Once + "}", "spec.backoffLimit: Invalid value: -1: must be greater than or equal to 0")]
    [InlineData("jobs.batch", "'spec':{" + Selector + "," + Once + ",'selector':{'matchLabels':{'batch.kubernetes.io/controller-uid':'other'}}}", "spec.selector: Invalid value: v1.LabelSelector{MatchLabels:map[string]string{\"batch.kubernetes.io/controller-uid\":\"other\"}, MatchExpressions:[]v1.LabelSelectorRequirement(nil)}: `selector` not auto-generated")]
    [InlineData("cronjobs.batch", "'spec':{'schedule':'bad','jobTemplate':{'spec':{" + Once + "}}}", "spec.schedule: Invalid value: \"bad\": expected exactly 5 fields, found 1: [bad]")]
    [InlineData("cronjobs.batch", "'spec':{'schedule':'61 * * * *','jobTemplate':{'spec':{" + Once + "}}}", "spec.schedule: Invalid value: \"61 * * * *\": end of range (61) above maximum (59): 61")]
    [InlineData("cronjobs.batch", "'spec':{'schedule':'* * * * *','timeZone':'Nowhere/Land','jobTemplate':{'spec':{" + Once + "}}}", "spec.timeZone: Invalid value: \"Nowhere/Land\": unknown time zone Nowhere/Land")]
    [InlineData("horizontalpodautoscalers.autoscaling", "'spec':{'scaleTargetRef':{'kind':'D','name':'d'},'minReplicas':5,'maxReplicas':3}", "spec.maxReplicas: Invalid value: 3: must be greater than or equal to `minReplicas`")]
    [InlineData("horizontalpodautoscalers.autoscaling", "'spec':{'scaleTargetRef':{'kind':'D'},'maxReplicas':3}", "spec.scaleTargetRef.name: Required value")]
    [InlineData("poddisruptionbudgets.policy", "'spec':{'minAvailable':1,'maxUnavailable':1}", "spec: Invalid value: {\"minAvailable\":1,\"maxUnavailable\":1}: minAvailable and maxUnavailable cannot be both set")]
    [InlineData("persistentvolumes", "'spec':{'capacity':{'storage':'1Gi'},'accessModes':['ReadWriteOnce']}", "spec: Required value: must specify a volume type")]
    [InlineData("persistentvolumes", "'spec':{'capacity':{'storage':'1Gi'},'accessModes':['Sometimes'],'hostPath':{'path':'/x'}}", "spec.accessModes: Unsupported value: \"Sometimes\": supported values: \"ReadOnlyMany\", \"ReadWriteMany\", \"ReadWriteOnce\", \"ReadWriteOncePod\"")]
    [InlineData("persistentvolumeclaims", "'spec':{'accessModes':['ReadWriteOnce']}", "spec.resources[storage]: Required value")]
    [InlineData("resourcequotas", "'spec':{'hard':{'gizmos':'1'}}", "spec.hard[gizmos]: Invalid value: \"gizmos\": must be a standard resource for quota")]
    [InlineData("resourcequotas", "'spec':{'hard':{'pods':'500m'}}", "spec.hard[pods]: Invalid value: \"500m\": must be an integer")]
    [InlineData("limitranges", "'spec':{'limits':[{'type':'Pod','min':{'cpu':'2'},'max':{'cpu':'1'}}]}", "spec.limits[0].min[cpu]: Invalid value: \"2\": min value 2 is greater than max value 1")]
    [InlineData("ingresses.networking.k8s.io", "'spec':{}", "spec: Invalid value: []networking.IngressRule(nil): either `defaultBackend` or `rules` must be specified")]
    [InlineData("ingresses.networking.k8s.io", "'spec':{'rules':[{'http':{'paths':[{'path':'x','pathType':'Prefix','backend':{'service':{'name':'s','port':{'number':80}}}}]}}]}", "spec.rules[0].http.paths[0].path: Invalid value: \"x\": must be an absolute path")]
    [InlineData("ingresses.networking.k8s.io", "'spec':{'rules':[{'http':{'paths':[{'path':'/','backend':{'service':{'name':'s','port':{'number':80}}}}]}}]}", "spec.rules[0].http.paths[0].pathType: Required value: pathType must be specified")]
    [InlineData("ingresses.networking.k8s.io", "'spec':{'defaultBackend':{'service':{'name':'s','port':{}}}}", "spec.defaultBackend: Required value: port name or number is required")]
    [InlineData("ingressclasses.networking.k8s.io", "'spec':{'controller':'plain'}", "spec.controller: Invalid value: \"plain\": must be a domain-prefixed path (such as \"acme.io/foo\")")]
    [InlineData("networkpolicies.networking.k8s.io", "'spec':{'podSelector':{},'ingress':[{'from':[{'ipBlock':{'cidr':'10.0.0.0/8','except':['10.0.0.0/8']}}]}]}", "spec.ingress[0].from[0].ipBlock.except[0]: Invalid value: \"10.0.0.0/8\": must be a strict subset of `cidr`")]
    [InlineData("networkpolicies.networking.k8s.io", "'spec':{'podSelector':{},'ingress':[{'from':[{'ipBlock':{'cidr':'ten'}}]}]}", "spec.ingress[0].from[0].ipBlock.cidr: Invalid value: \"ten\": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)")]
    [InlineData("roles.rbac.authorization.k8s.io", "'rules':[{'verbs':['get'],'nonResourceURLs':['/x']}]", "rules[0].nonResourceURLs: Invalid value: []string{\"/x\"}: namespaced rules cannot apply to non-resource URLs")]
    [InlineData("clusterroles.rbac.authorization.k8s.io", "'rules':[{'apiGroups':[''],'resources':['pods']}]", "rules[0].verbs: Required value: verbs must contain at least one value")]
    [InlineData("clusterrolebindings.rbac.authorization.k8s.io", "'roleRef':{'kind':'Role','name':'r'}", "roleRef.kind: Unsupported value: \"Role\": supported values: \"ClusterRole\"")]
    [InlineData("priorityclasses.scheduling.k8s.io", "'value':2000000000", "value: Forbidden: maximum allowed value of a user defined priority is 1000000000")]
    [InlineData("storageclasses.storage.k8s.io", "'reclaimPolicy':'Keep','provisioner':'p'", "reclaimPolicy: Unsupported value: \"Keep\": supported values: \"Delete\", \"Retain\"")]
    [InlineData("volumeattachments.storage.k8s.io", "'spec':{'attacher':'a','nodeName':'n','source':{}}", "spec.source: Required value: must specify exactly one of inlineVolumeSpec and persistentVolumeName")]
    [InlineData("csinodes.storage.k8s.io", "'spec':{'drivers':[{'name':'d','nodeID':'1'},{'name':'d','nodeID':'2'}]}", "spec.drivers[1].name: Duplicate value: \"d\"")]
    [InlineData("validatingwebhookconfigurations.admissionregistration.k8s.io", "'webhooks':[{'name':'short'," + Webhook + "}]", "webhooks[0].name: Invalid value: \"short\": should be a domain with at least three segments separated by dots")]
    [InlineData("certificatesigningrequests.certificates.k8s.io", "'spec':{'request':'LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0=','usages':['client auth'],'signerName':'plain'}", "spec.signerName: Invalid value: \"plain\": must be a fully qualified domain and path of the form 'example.com/signer-name'")]
    public void Create_Wrong_IsRefusedInUpstreamsWords(string resource, string body, string expected)
    {
        Assert.Equal([expected], Rules.Create(ResourceCatalog.Find(resource)!, $"{{'metadata':{{'name':'x'}},{body}}}").Causes());
    }

    [Theory]
    [InlineData("statefulsets.apps", "'spec':{'serviceName':'s'," + Selector + "," + Forever + "}", "spec.serviceName", "t", "spec: Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden")]
    [InlineData("jobs.batch", "'spec':{" + Once + "}", "spec.completions", 5, "spec.completions: Invalid value: 5: field is immutable")]
    [InlineData("persistentvolumeclaims", "'spec':{'accessModes':['ReadWriteOnce'],'resources':{'requests':{'storage':'1Gi'}}}", "spec.volumeMode", "Block", "spec: Forbidden: spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims")]
    [InlineData("persistentvolumes", "'spec':{'capacity':{'storage':'1Gi'},'accessModes':['ReadWriteOnce'],'hostPath':{'path':'/x'}}", "spec.hostPath.path", "/y", "spec.persistentvolumesource: Forbidden: spec.persistentvolumesource is immutable after creation")]
    [InlineData("ingressclasses.networking.k8s.io", "'spec':{'controller':'a.io/b'}", "spec.controller", "c.io/d", "spec.controller: Invalid value: \"c.io/d\": field is immutable")]
    [InlineData("rolebindings.rbac.authorization.k8s.io", "'roleRef':{'kind':'Role','name':'r'}", "roleRef.name", "s", "roleRef: Invalid value: rbac.RoleRef{APIGroup:\"rbac.authorization.k8s.io\", Kind:\"Role\", Name:\"s\"}: cannot change roleRef")]
    [InlineData("priorityclasses.scheduling.k8s.io", "'value':5", "value", 6, "value: Forbidden: may not be changed in an update.")]
    [InlineData("storageclasses.storage.k8s.io", "'provisioner':'p'", "provisioner", "q", "provisioner: Forbidden: updates to provisioner are forbidden.")]
    [InlineData("runtimeclasses.node.k8s.io", "'handler':'h'", "handler", "g", "handler: Invalid value: \"g\": field is immutable")]
    public void Update_WhatMayNotChange_IsRefusedInUpstreamsWords(string name, string body, string path, object value, string expected)
    {
        var resource = ResourceCatalog.Find(name)!;
        var created = Rules.Created(resource, $"{{'metadata':{{'name':'x'}},{body}}}");

        var decision = Rules.Update(resource, created, root =>
        {
            var parts = path.Split('.');
            JsonNode node = root;
            foreach (var part in parts[..^1])
            {
                node = node[part]!;
            }

            node[parts[^1]] = value is int number ? number : (string)value;
        });

        Assert.Equal([expected], decision.Causes());
    }

    [Fact]
    public void Create_SystemPriority_OnlyTheKnownOnes()
    {
        _ = Rules.Create(ResourceCatalog.PriorityClasses, "{'metadata':{'name':'system-node-critical'},'value':2000001000}").Committed();

        Assert.StartsWith("metadata.name: Forbidden: priority class names with 'system-' prefix are reserved for system use only.",
            Assert.Single(Rules.Create(ResourceCatalog.PriorityClasses, "{'metadata':{'name':'system-mine'},'value':1}").Causes()), StringComparison.Ordinal);
    }

    [Fact]
    public void Update_Claim_BoundOneMayGrow()
    {
        var claim = Rules.Created(ResourceCatalog.PersistentVolumeClaims, "{'metadata':{'name':'x'},'spec':{'accessModes':['ReadWriteOnce'],'resources':{'requests':{'storage':'1Gi'}}}}");
        var bound = Rules.Update(ResourceCatalog.PersistentVolumeClaims, claim, root => root["status"] = JsonNode.Parse("""{"phase":"Bound","capacity":{"storage":"1Gi"}}"""), "status").Committed().WithRevision(11);

        var grown = Rules.Update(ResourceCatalog.PersistentVolumeClaims, bound, root => root["spec"]!["resources"]!["requests"]!["storage"] = "2Gi").Document();
        var shrunk = Rules.Update(ResourceCatalog.PersistentVolumeClaims, bound, root => root["spec"]!["resources"]!["requests"]!["storage"] = "1Mi").Causes();

        Assert.Equal("2Gi", (string?)grown["spec"]!["resources"]!["requests"]!["storage"]);
        Assert.Equal(["spec.resources.requests.storage: Forbidden: field can not be less than status.capacity"], shrunk);
    }

    [Fact]
    public void Update_SigningRequest_KeepsWhatWasAskedFor()
    {
        var request = Rules.Created(
            ResourceCatalog.CertificateSigningRequests,
            "{'metadata':{'name':'x'},'spec':{'request':'LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0=','usages':['client auth'],'signerName':'a.io/b'}}");

        var approved = Rules.Update(
            ResourceCatalog.CertificateSigningRequests,
            request,
            root =>
            {
                root["spec"]!["signerName"] = "c.io/d";
                root["status"] = JsonNode.Parse("""{"conditions":[{"type":"Approved","status":"True"}],"certificate":"QQ=="}""");
            },
            "approval").Document();

        Assert.Equal("a.io/b", (string?)approved["spec"]!["signerName"]);
        Rules.AssertJson("{'conditions':[{'type':'Approved','status':'True'}]}", approved["status"]);
    }
}
