using Grainhouse.Interfaces.Grains;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Interfaces.Storage;

namespace Grainhouse.Grains.Tests.Deployments;

public sealed class DeploymentGrainTests(TestSilo silo) : IClassFixture<TestSilo>
{
    [Fact]
    public async Task Deployment_OnNodesWithRoom_HasItsPodsBound()
    {
        await silo.AddNodeAsync("n1", cpu: "2");
        await silo.AddNodeAsync("n2", cpu: "2");

        await silo.CreateAsync(new ObjectKey("deployments.apps", "default", "web"), Deployment("web", replicas: 6, cpu: "500m"));

        var pods = await silo.WaitAsync("pods", "default", list => Of(list, "web").Count(pod => pod.Header.NodeName.Length > 0) == 6);
        var byNode = Of(pods, "web").CountBy(pod => pod.Header.NodeName).ToDictionary();
        Assert.Equal(3, byNode["n1"]);
        Assert.Equal(3, byNode["n2"]);
    }

    [Fact]
    public async Task Deployment_TooLargeForItsNodes_SaysWhyAPodWaits()
    {
        await silo.AddNodeAsync("big", cpu: "64");

        await silo.CreateAsync(new ObjectKey("deployments.apps", "default", "huge"), Deployment("huge", replicas: 1, cpu: "65"));

        var pods = await silo.WaitAsync("pods", "default", list => Of(list, "huge").Any(pod => TestSilo.Field(pod, "status", "conditions") is not null));
        var condition = TestSilo.Field(Of(pods, "huge").Single(), "status", "conditions")![0]!;
        Assert.Equal("Unschedulable", condition["reason"]!.GetValue<string>());
        Assert.Matches(@"^0/\d nodes are available: \d Insufficient cpu\.$", condition["message"]!.GetValue<string>());
    }

    [Fact]
    public async Task ScaleDown_DeletesUnboundPodsAtOnce()
    {
        var key = new ObjectKey("deployments.apps", "default", "shrink");
        await silo.CreateAsync(key, Deployment("shrink", replicas: 3, cpu: "1000"));
        await silo.WaitAsync("pods", "default", list => Of(list, "shrink").Count() == 3);

        await silo.Object(key).PatchAsync(PatchType.Merge, """{"spec":{"replicas":1}}"""u8.ToArray(), new WriteOptions());

        await silo.WaitAsync("pods", "default", list => Of(list, "shrink").Count() == 1);
    }

    private static IEnumerable<KubeObject> Of(ObjectList list, string app) =>
        list.Items.Where(pod => pod.Header.Labels.GetValueOrDefault("app") == app);

    private static string Deployment(string name, int replicas, string cpu) => $$$$$"""
        {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"{{{{{name}}}}}","namespace":"default"},
         "spec":{"replicas":{{{{{replicas}}}}},"selector":{"matchLabels":{"app":"{{{{{name}}}}}"}},
          "template":{"metadata":{"labels":{"app":"{{{{{name}}}}}"}},
           "spec":{"containers":[{"name":"main","image":"busybox","resources":{"requests":{"cpu":"{{{{{cpu}}}}}"}}}]}}}}
        """;
}
