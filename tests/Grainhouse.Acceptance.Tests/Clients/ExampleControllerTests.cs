using System.Text.Json.Nodes;
using Grainhouse.Acceptance.Tests.Harness;
using Grainhouse.Client;
using k8s.Models;

namespace Grainhouse.Acceptance.Tests.Clients;

/// <summary>examples/NamespaceDefaults as a program of its own.</summary>
[Collection(LibraryCluster.Name)]
public sealed class ExampleControllerTests(ProcessCluster shared)
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);

    private static string Program =>
        Path.Combine(Repository.Root, "examples", "NamespaceDefaults", "bin", Repository.Configuration, "net10.0", "NamespaceDefaults.dll");

    [RealFact(Needs.Nothing)]
    public async Task Controller_LabelledNamespace_HasItsConfigMapWhateverHappensToIt()
    {
        var environment = new Dictionary<string, string?> { ["KUBECONFIG"] = shared.Cluster.Kubeconfig };
        await using var controller = new ChildProcess("dotnet", [Program], environment);
        var namespaces = shared.Client.Resource<V1Namespace>();
        var maps = shared.Client.Resource<V1ConfigMap>();

        await namespaces.CreateAsync(new V1Namespace { Metadata = new V1ObjectMeta { Name = "plain" } });
        await namespaces.CreateAsync(new V1Namespace
        {
            Metadata = new V1ObjectMeta { Name = "wanted", Labels = new Dictionary<string, string> { ["defaults"] = "yes" } },
        });
        await UntilAsync(controller, "the map is there", async () => await DataAsync() == "wanted");

        await maps.DeleteAsync("defaults", "wanted");
        await UntilAsync(controller, "the map is there again", async () => await DataAsync() == "wanted");

        await maps.PatchAsync("defaults", "wanted", ObjectPatch.Merge(new JsonObject { ["data"] = new JsonObject { ["namespace"] = "other" } }));
        await UntilAsync(controller, "the map is mended", async () => await DataAsync() == "wanted");

        await shared.Cluster.KillAsync();
        await shared.Cluster.RestartAsync();
        await namespaces.PatchAsync(
            "wanted", null, ObjectPatch.Merge(new JsonObject { ["metadata"] = new JsonObject { ["labels"] = new JsonObject { ["defaults"] = null } } }));
        await UntilAsync(controller, "the map is gone after a restart", async () => await maps.GetAsync("defaults", "wanted") is null);
        Assert.Null(await maps.GetAsync("defaults", "plain"));

        async Task<string?> DataAsync() => (await maps.GetAsync("defaults", "wanted"))?.Data?["namespace"];
    }

    private static Task<TimeSpan> UntilAsync(ChildProcess controller, string what, Func<Task<bool>> holds) =>
        Eventually.TrueAsync(() => $"{what}:\n{controller.Log}", holds, Bound);
}
