using Grainhouse.Acceptance.Tests.Kinds;

namespace Grainhouse.Acceptance.Tests.Clients;

/// <summary>@kubernetes/client-node on every kind: by its object API, and some by their typed ones.</summary>
[Collection(SharedProcessCluster.Name)]
public sealed class NodeKindTests(ProcessCluster shared) : IAsyncLifetime
{
    public Task InitializeAsync() => VariedManifests.EnsureSpaceAsync(shared.Cluster);

    public Task DisposeAsync() => Task.CompletedTask;

    [RealFact(Needs.Node)]
    public async Task Kinds_ByClientNode_AreAsItExpects()
    {
        using var directory = new TemporaryDirectory();
        foreach (var file in Directory.EnumerateFiles(Path.Combine(Repository.Root, "tests", "Grainhouse.Acceptance", "client-node")))
        {
            File.Copy(file, Path.Combine(directory.Path, Path.GetFileName(file)));
        }

        var environment = new Dictionary<string, string?> { ["KUBECONFIG"] = shared.Cluster.Kubeconfig };
        (await Command.RunAsync("npm", ["ci", "--prefix", directory.Path, "--no-audit", "--no-fund", "--silent"], timeout: TimeSpan.FromMinutes(3))).Ok();
        (await Command.RunAsync(
            "node", [Path.Combine(directory.Path, "kinds.js"), VariedManifests.Folder, VariedManifests.Space], environment: environment)).Ok();
        (await Command.RunAsync("node", [Path.Combine(directory.Path, "typed.js"), VariedManifests.Space], environment: environment)).Ok();
    }
}
