using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning.Objects;

namespace Grainhouse.Planning.Tests.Objects;

public sealed class LifecycleTests
{
    [Fact]
    public void Create_Deployment_GetsIdentity()
    {
        var metadata = Rules.Create(
            ResourceCatalog.Deployments,
            Documents.Deployment.Replace("\"name\":\"web\",", "\"name\":\"web\",\"uid\":\"mine\",\"selfLink\":\"/x\",\"generation\":7,", StringComparison.Ordinal))
            .Document()["metadata"];

        Rules.AssertJson(
            $"{{'name':'web','labels':{{'app':'web'}},'namespace':'default','uid':'{Rules.Uid}','creationTimestamp':'2026-01-02T03:04:05Z','generation':1}}",
            metadata);
    }

    [Theory]
    [InlineData("{'metadata':{'name':'other'}}", "the name of the object (other) does not match the name on the URL (conf)")]
    [InlineData("{'metadata':{'name':'conf','namespace':'kube-system'}}", "the namespace of the provided object does not match the namespace sent on the request")]
    [InlineData("{'metadata':{'name':'conf','resourceVersion':'4'}}", "resourceVersion should not be set on objects to be created")]
    public void Create_MetadataThatDoesNotFit_IsBadRequest(string json, string words) =>
        Assert.Equal((400, words), Pair(Rules.Create(ResourceCatalog.ConfigMaps, json, name: "conf")));

    [Fact]
    public void Update_Equal_IsUnchanged()
    {
        var current = Rules.Created(ResourceCatalog.Deployments, Documents.Deployment);

        Assert.IsType<WriteDecision.Unchanged>(Rules.Update(ResourceCatalog.Deployments, current, _ => { }));
        Assert.IsType<WriteDecision.Unchanged>(Rules.Update(ResourceCatalog.Deployments, current, Documents.Deployment));
    }

    [Fact]
    public void Update_Spec_RaisesGeneration_AndLabelsDoNot()
    {
        var current = Rules.Created(ResourceCatalog.Deployments, Documents.Deployment);

        var scaled = Rules.Update(ResourceCatalog.Deployments, current, root => root["spec"]!["replicas"] = 4).Document();
        var labelled = Rules.Update(ResourceCatalog.Deployments, current, root => root["metadata"]!["labels"]!["x"] = "y").Document();

        Assert.Equal(2, (long)scaled["metadata"]!["generation"]!);
        Assert.Equal(1, (long)labelled["metadata"]!["generation"]!);
    }

    [Fact]
    public void Update_StaleRevision_IsConflict()
    {
        var current = Rules.Created(ResourceCatalog.ConfigMaps, Documents.ConfigMap);

        var decision = Rules.Update(ResourceCatalog.ConfigMaps, current, root => root["metadata"]!["resourceVersion"] = "9");

        Assert.Equal(
            (409, "Operation cannot be fulfilled on configmaps \"conf\": the object has been modified; please apply your changes to the latest version and try again"),
            Pair(decision));
    }

    [Fact]
    public void Update_OtherUid_IsConflict()
    {
        var current = Rules.Created(ResourceCatalog.ConfigMaps, Documents.ConfigMap);

        var decision = Rules.Update(ResourceCatalog.ConfigMaps, current, root => root["metadata"]!["uid"] = "other");

        Assert.Equal(
            (409, $"Operation cannot be fulfilled on configmaps \"conf\": Precondition failed: UID in precondition: other, UID in object meta: {Rules.Uid}"),
            Pair(decision));
    }

    [Fact]
    public void Update_Object_KeepsStatus_AndStatusKeepsTheObject()
    {
        var current = Rules.Created(ResourceCatalog.Deployments, Documents.Deployment);
        var withStatus = Rules.Update(
            ResourceCatalog.Deployments,
            current,
            root =>
            {
                root["status"] = new System.Text.Json.Nodes.JsonObject { ["replicas"] = 3 };
                root["spec"]!["replicas"] = 9;
                root["metadata"]!["labels"]!["x"] = "y";
            },
            "status").Committed().WithRevision(11);
        var both = Rules.Update(
            ResourceCatalog.Deployments,
            withStatus,
            root =>
            {
                root.Remove("status");
                root["spec"]!["replicas"] = 4;
            }).Document();

        Rules.AssertJson("{'app':'web'}", withStatus.ToMutable()["metadata"]!["labels"]);
        Assert.Equal(3, (long)withStatus.ToMutable()["spec"]!["replicas"]!);
        Assert.Equal(1, withStatus.Header.Generation);
        Assert.Equal((3L, 4L), ((long)both["status"]!["replicas"]!, (long)both["spec"]!["replicas"]!));
    }

    [Fact]
    public void Create_ClusterScoped_DropsANamespace() =>
        Assert.Null(Rules.Create(ResourceCatalog.Nodes, "{'metadata':{'name':'n1','namespace':'x'}}").Document()["metadata"]!["namespace"]);

    [Fact]
    public void Update_DeploymentAnnotations_AreANewGeneration_AndItsStatusMayWriteThem()
    {
        var current = Rules.Created(ResourceCatalog.Deployments, Documents.Deployment);
        var annotations = new System.Text.Json.Nodes.JsonObject { ["a"] = "b" };

        var annotated = Rules.Update(ResourceCatalog.Deployments, current, root => root["metadata"]!["annotations"] = annotations.DeepClone());
        var byStatus = Rules.Update(ResourceCatalog.Deployments, current, root => root["metadata"]!["annotations"] = annotations.DeepClone(), "status");

        Assert.Equal(2, annotated.Committed().Header.Generation);
        Assert.Equal((1, "b"), (byStatus.Committed().Header.Generation, byStatus.Committed().Header.Annotations["a"]));
    }

    private static (int Code, string Message) Pair(WriteDecision decision) => (decision.Rejected().Code, decision.Rejected().Message);
}
