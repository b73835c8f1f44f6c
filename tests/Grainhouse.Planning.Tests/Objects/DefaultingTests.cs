using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning.Objects;

namespace Grainhouse.Planning.Tests.Objects;

public sealed class DefaultingTests
{
    [Fact]
    public void Create_Pod_ShowsWhatKubernetesShows()
    {
        var pod = Rules.Create(ResourceCatalog.Pods, Documents.Pod).Document();

        Rules.AssertJson(
            """
            {"containers":[{"name":"main","image":"busybox:1.36","imagePullPolicy":"IfNotPresent","resources":{},
              "terminationMessagePath":"/dev/termination-log","terminationMessagePolicy":"File"}],
             "enableServiceLinks":true,"restartPolicy":"Always","terminationGracePeriodSeconds":30,"dnsPolicy":"ClusterFirst",
             "securityContext":{},"schedulerName":"default-scheduler","serviceAccountName":"default","serviceAccount":"default",
             "preemptionPolicy":"PreemptLowerPriority","priority":0,
             "tolerations":[{"key":"node.kubernetes.io/not-ready","operator":"Exists","effect":"NoExecute","tolerationSeconds":300},
              {"key":"node.kubernetes.io/unreachable","operator":"Exists","effect":"NoExecute","tolerationSeconds":300}]}
            """,
            pod["spec"]);
        Rules.AssertJson("{'phase':'Pending','qosClass':'BestEffort'}", pod["status"]);
    }

    [Fact]
    public void Create_Deployment_ShowsWhatKubernetesShows()
    {
        var deployment = Rules.Create(ResourceCatalog.Deployments, Documents.Deployment).Document();

        Rules.AssertJson(
            """
            {"replicas":3,"selector":{"matchLabels":{"app":"web"}},
             "template":{"metadata":{"labels":{"app":"web"}},
              "spec":{"containers":[{"name":"main","image":"nginx:1.27","ports":[{"containerPort":80,"name":"http","protocol":"TCP"}],
                "env":[{"name":"A","value":"1"},{"name":"B","valueFrom":{"fieldRef":{"apiVersion":"v1","fieldPath":"metadata.name"}}}],
                "resources":{"requests":{"cpu":"100m","memory":"64Mi"},"limits":{"cpu":"500m","memory":"128Mi"}},
                "readinessProbe":{"httpGet":{"path":"/","port":"http","scheme":"HTTP"},"periodSeconds":5,"timeoutSeconds":1,"successThreshold":1,"failureThreshold":3},
                "volumeMounts":[{"name":"config","mountPath":"/etc/web"}],
                "imagePullPolicy":"IfNotPresent","terminationMessagePath":"/dev/termination-log","terminationMessagePolicy":"File"}],
               "volumes":[{"name":"config","configMap":{"name":"web","defaultMode":420}}],
               "restartPolicy":"Always","terminationGracePeriodSeconds":30,"dnsPolicy":"ClusterFirst","securityContext":{},"schedulerName":"default-scheduler"}},
             "strategy":{"type":"RollingUpdate","rollingUpdate":{"maxUnavailable":"25%","maxSurge":"25%"}},
             "revisionHistoryLimit":10,"progressDeadlineSeconds":600}
            """,
            deployment["spec"]);
        Rules.AssertJson("{}", deployment["status"]);
    }

    [Fact]
    public void Create_Service_ShowsWhatKubernetesShows()
    {
        var service = Rules.Create(ResourceCatalog.Services, Documents.Service).Document();

        Rules.AssertJson(
            """
            {"selector":{"app":"web"},"ports":[{"port":80,"protocol":"TCP","targetPort":80}],"type":"ClusterIP","sessionAffinity":"None",
             "internalTrafficPolicy":"Cluster","ipFamilyPolicy":"SingleStack","ipFamilies":["IPv4"]}
            """,
            service["spec"]);
        Rules.AssertJson("{'loadBalancer':{}}", service["status"]);
    }

    [Fact]
    public void Create_HeadlessService_GetsTheListOfItsAddresses() =>
        Rules.AssertJson(
            "['None']",
            Rules.Create(ResourceCatalog.Services, Documents.Service.Replace("'selector'", "'clusterIP':'None','selector'", StringComparison.Ordinal))
                .Document()["spec"]!["clusterIPs"]);

    [Fact]
    public void Create_Namespace_GetsLabelFinalizerAndPhase()
    {
        var space = Rules.Create(ResourceCatalog.Namespaces, Documents.Namespace).Document();

        Rules.AssertJson("{'kubernetes.io/metadata.name':'team'}", space["metadata"]!["labels"]);
        Rules.AssertJson("['kubernetes']", space["spec"]!["finalizers"]);
        Rules.AssertJson("{'phase':'Active'}", space["status"]);
        Assert.Null(space["metadata"]!["namespace"]);
    }

    [Fact]
    public void Create_Secret_TurnsTextsIntoData()
    {
        var secret = Rules.Create(
            ResourceCatalog.Secrets, "{'metadata':{'name':'s'},'data':{'a':'eA==','b':'eQ=='},'stringData':{'b':'new','c':'ü'}}").Document();

        Assert.Equal("Opaque", (string?)secret["type"]);
        Assert.Null(secret["stringData"]);
        Rules.AssertJson("{'a':'eA==','b':'bmV3','c':'w7w='}", secret["data"]);
    }

    [Theory]
    [InlineData("nginx", "Always")]
    [InlineData("nginx:latest", "Always")]
    [InlineData("registry:5000/nginx", "Always")]
    [InlineData("registry:5000/nginx:1", "IfNotPresent")]
    [InlineData("nginx@sha256:0123", "IfNotPresent")]
    [InlineData("nginx:latest@sha256:0123", "IfNotPresent")]
    public void Create_PullPolicy_FollowsTheTag(string image, string policy) =>
        Assert.Equal(
            policy,
            (string?)Rules.Create(ResourceCatalog.Pods, Documents.Pod.Replace("busybox:1.36", image, StringComparison.Ordinal))
                .Document()["spec"]!["containers"]![0]!["imagePullPolicy"]);

    [Theory]
    [InlineData("{'limits':{'cpu':'1','memory':'1Gi'}}", "{'limits':{'cpu':'1','memory':'1Gi'},'requests':{'cpu':'1','memory':'1Gi'}}", "Guaranteed")]
    [InlineData("{'limits':{'cpu':'1'},'requests':{'cpu':'500m'}}", "{'limits':{'cpu':'1'},'requests':{'cpu':'500m'}}", "Burstable")]
    [InlineData("{}", "{}", "BestEffort")]
    public void Create_PodResources_RequestsComeFromLimits(string given, string expected, string qos)
    {
        var pod = Rules.Create(ResourceCatalog.Pods, Documents.Pod.Replace("'image'", $"'resources':{given},'image'", StringComparison.Ordinal)).Document();

        Rules.AssertJson(expected, pod["spec"]!["containers"]![0]!["resources"]);
        Assert.Equal(qos, (string?)pod["status"]!["qosClass"]);
    }

    [Fact]
    public void Create_Volumes_GetTheirModes()
    {
        var json = Documents.Pod.Replace(
            "'containers'",
            "'volumes':[{'name':'a'},{'name':'b','secret':{'secretName':'s'}},{'name':'c','hostPath':{'path':'/x'}},"
            + "{'name':'d','downwardAPI':{'items':[{'path':'p','fieldRef':{'fieldPath':'metadata.name'}}]}},"
            + "{'name':'e','projected':{'sources':[{'serviceAccountToken':{'path':'t'}}]}}],'containers'",
            StringComparison.Ordinal);

        Rules.AssertJson(
            "[{'name':'a','emptyDir':{}},{'name':'b','secret':{'secretName':'s','defaultMode':420}},{'name':'c','hostPath':{'path':'/x','type':''}},"
            + "{'name':'d','downwardAPI':{'items':[{'path':'p','fieldRef':{'apiVersion':'v1','fieldPath':'metadata.name'}}],'defaultMode':420}},"
            + "{'name':'e','projected':{'sources':[{'serviceAccountToken':{'path':'t','expirationSeconds':3600}}],'defaultMode':420}}]",
            Rules.Create(ResourceCatalog.Pods, json).Document()["spec"]!["volumes"]);
    }

    [Fact]
    public void Create_ProcessPod_NeedsNoImage()
    {
        var container = Rules.Create(
            ResourceCatalog.Pods,
            "{'metadata':{'name':'p'},'spec':{'runtimeClassName':'process','containers':[{'name':'m','command':['true']}]}}")
            .Document()["spec"]!["containers"]![0]!.AsObject();

        Assert.False(container.ContainsKey("imagePullPolicy"));
    }

    [Fact]
    public void Update_DefaultedDocument_ChangesNothing()
    {
        foreach (var (resource, json) in new (ResourceDescriptor, string)[]
        {
            (ResourceCatalog.Pods, Documents.Pod), (ResourceCatalog.Deployments, Documents.Deployment),
            (ResourceCatalog.Services, Documents.Service), (ResourceCatalog.Namespaces, Documents.Namespace),
            (ResourceCatalog.ConfigMaps, Documents.ConfigMap),
        })
        {
            Assert.IsType<WriteDecision.Unchanged>(Rules.Update(resource, Rules.Created(resource, json), _ => { }));
        }
    }
}
