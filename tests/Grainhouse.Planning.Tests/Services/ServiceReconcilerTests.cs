using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning.Documents;
using Grainhouse.Planning.Services;
using Grainhouse.Planning.Tests.Documents;

namespace Grainhouse.Planning.Tests.Services;

public sealed class ServiceReconcilerTests
{
    private readonly Cluster cluster = new() { Strict = true };

    [Fact]
    public void Decide_ReadyAndUnreadyPods_ListsBothAsWhatTheyAre()
    {
        Given(Kube.Pod("a", readySince: Kube.Start, ip: "10.0.0.1"), Kube.Pod("b", ip: "10.0.0.2"));

        Run();

        var slice = Assert.Single(Slices);
        var metadata = slice.Object("metadata");
        Assert.Equal(("web", "endpointslice-controller.k8s.io"),
            (metadata.Map("labels")["kubernetes.io/service-name"], metadata.Map("labels")["endpointslice.kubernetes.io/managed-by"]));
        Assert.Equal("IPv4", slice.Text("addressType"));
        Assert.Equal("""[{"name":"","protocol":"TCP","port":8080}]""", slice["ports"]!.ToJsonString());
        Assert.Equal(
            """{"addresses":["10.0.0.1"],"conditions":{"ready":true,"serving":true,"terminating":false},"nodeName":"n1","targetRef":{"kind":"Pod","namespace":"default","name":"a","uid":"uid-a"}}""",
            slice["endpoints"]![0]!.ToJsonString());
        Assert.Equal("""{"ready":false,"serving":false,"terminating":false}""", slice["endpoints"]![1]!["conditions"]!.ToJsonString());
        var subset = Endpoints["subsets"]![0]!;
        Assert.Equal(("10.0.0.1", "10.0.0.2", 8080),
            ((string?)subset["addresses"]![0]!["ip"], (string?)subset["notReadyAddresses"]![0]!["ip"], (int)subset["ports"]![0]!["port"]!));
    }

    [Fact]
    public void Decide_NothingChanged_WritesNothing()
    {
        Given(Kube.Pod("a", readySince: Kube.Start, ip: "10.0.0.1"));
        Run();

        Assert.Empty(Decide().Actions);
    }

    [Fact]
    public void Decide_TerminatingPod_StaysInTheSliceAndLeavesEndpoints()
    {
        Given(Kube.Pod("a", readySince: Kube.Start, ip: "10.0.0.1").Deleting());

        Run();

        Assert.Equal("""{"ready":false,"serving":true,"terminating":true}""", Assert.Single(Slices)["endpoints"]![0]!["conditions"]!.ToJsonString());
        Assert.Null(Endpoints["subsets"]);
    }

    [Fact]
    public void Decide_PublishNotReadyAddresses_CountsAllAsReady()
    {
        Given(Kube.Pod("a", ip: "10.0.0.1"));
        cluster.Update(Key, service => service["spec"]!["publishNotReadyAddresses"] = true);

        Run();

        Assert.True((bool)Assert.Single(Slices)["endpoints"]![0]!["conditions"]!["ready"]!);
        Assert.NotNull(Endpoints["subsets"]![0]!["addresses"]);
    }

    [Fact]
    public void Decide_NamedPortThatDiffers_MakesASliceForEachNumber()
    {
        var other = Kube.Pod("b", ip: "10.0.0.2");
        other["spec"]!["containers"]![0]!["ports"]![0]!["containerPort"] = 9090;
        Given(Kube.Pod("a", ip: "10.0.0.1"), other);

        Run();

        Assert.Equal([8080, 9090], Slices.Select(slice => (int)slice["ports"]![0]!["port"]!).Order());
        Assert.Equal(2, Endpoints["subsets"]!.AsArray().Count);
    }

    [Fact]
    public void Decide_NoPods_KeepsAnEmptySlice()
    {
        Given();

        Run();

        Assert.Empty(Assert.Single(Slices)["endpoints"]!.AsArray());
        Assert.Empty(Decide().Actions);
    }

    [Fact]
    public void Decide_EndedPodOrPodWithoutAddress_IsNotListed()
    {
        Given(Kube.Pod("a", phase: "Succeeded", ip: "10.0.0.1"), Kube.Pod("b"));

        Run();

        Assert.Empty(Assert.Single(Slices)["endpoints"]!.AsArray());
    }

    [Fact]
    public void Decide_ManyPods_FillsSlicesAndAChangeWritesOne()
    {
        Given([.. Enumerable.Range(0, 250).Select(i => Kube.Pod($"p{i:000}", ip: $"10.0.{i / 200}.{i % 200}"))]);
        Run();
        Assert.Equal([50, 100, 100], Slices.Select(slice => slice["endpoints"]!.AsArray().Count).Order());

        cluster.Update(Kube.PodKey("p042"), pod => pod["status"]!["conditions"]![0]!["status"] = "True");

        Assert.Equal(["endpointslices.discovery.k8s.io", "endpoints"], Decide().Actions.Cast<ReconcileAction.Replace>().Select(action => action.Key.Resource));
    }

    [Fact]
    public void Decide_RandomChanges_SlicesAlwaysShowThePodsAfterwards()
    {
        var random = new Random(5);
        Given();
        for (var step = 0; step < 400; step++)
        {
            var name = $"p{random.Next(220)}";
            if (cluster.Get(Kube.PodKey(name)) is not { } pod)
            {
                cluster.Seed(Kube.Pod(name, ip: $"10.0.0.{name[1..]}"));
            }
            else if (random.Next(4) == 0)
            {
                cluster.Remove(pod.Key);
            }

            if (step % 5 == 0)
            {
                Run();
                var listed = Slices.SelectMany(slice => slice["endpoints"]!.AsArray().Select(item => (string)item!["targetRef"]!["name"]!)).ToList();
                Assert.Equal(cluster.List("pods", "default").Items.Select(item => item.Key.Name).Order(), listed.Order());
                Assert.All(Slices, slice => Assert.True(slice["endpoints"]!.AsArray().Count <= 100));
                Assert.Empty(Decide().Actions);
            }
        }
    }

    [Theory]
    [InlineData("selector")]
    [InlineData("external")]
    public void Decide_EndpointsNotOurs_AreLeftAlone(string why)
    {
        Given(Kube.Pod("a", ip: "10.0.0.1"));
        cluster.Update(Key, service =>
        {
            if (why == "selector")
            {
                service["spec"]!.AsObject().Remove("selector");
            }
            else
            {
                service["spec"]!["type"] = "ExternalName";
            }
        });

        Assert.Empty(Decide().Actions);
    }

    [Fact]
    public void Decide_Headless_MarksWhatItMakes()
    {
        Given(Kube.Pod("a", ip: "10.0.0.1"));
        cluster.Update(Key, service => service["spec"]!["clusterIP"] = "None");

        Run();

        Assert.Equal("", Assert.Single(Slices).Object("metadata").Map("labels")["service.kubernetes.io/headless"]);
        Assert.Equal("", Endpoints.Object("metadata").Map("labels")["service.kubernetes.io/headless"]);
    }

    private static ObjectKey Key => ResourceCatalog.Services.Key("default", "web");

    private List<JsonObject> Slices => [.. cluster.List("endpointslices.discovery.k8s.io", "default").Items.Select(item => item.ToMutable())];

    private JsonObject Endpoints => cluster.Get(ResourceCatalog.Endpoints.Key("default", "web"))!.ToMutable();

    private void Given(params JsonObject[] pods)
    {
        cluster.Seed(Kube.Json("""
            {
              "apiVersion": "v1", "kind": "Service", "metadata": { "name": "web", "namespace": "default" },
              "spec": { "selector": { "app": "web-1" }, "ports": [ { "port": 80, "protocol": "TCP", "targetPort": "http" } ] }
            }
            """));
        foreach (var pod in pods)
        {
            cluster.Seed(pod);
        }
    }

    private ReconcilePlan Decide() => ServiceReconciler.Decide(ServiceInput.Gather(cluster, Key)!);

    private void Run() => cluster.Do(Decide());
}
