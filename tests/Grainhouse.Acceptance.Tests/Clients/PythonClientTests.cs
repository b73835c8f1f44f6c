using Grainhouse.Acceptance.Tests.Kinds;

namespace Grainhouse.Acceptance.Tests.Clients;

/// <summary>Debian's python3-kubernetes on every kind: its dynamic client, and its models.</summary>
[Collection(SharedProcessCluster.Name)]
public sealed class PythonClientTests(ProcessCluster shared) : IAsyncLifetime
{
    private static readonly string Scripts = Path.Combine(Repository.Root, "tests", "Grainhouse.Acceptance", "python-kubernetes");

    public Task InitializeAsync() => VariedManifests.EnsureSpaceAsync(shared.Cluster);

    public Task DisposeAsync() => Task.CompletedTask;

    [RealTheory(Needs.PythonKubernetes)]
    [InlineData("kinds.py")]
    [InlineData("typed.py")]
    public async Task Kinds_ByPython_AreAsItExpects(string script)
    {
        var environment = new Dictionary<string, string?>
        {
            ["KUBECONFIG"] = shared.Cluster.Kubeconfig,
            ["PYTHONDONTWRITEBYTECODE"] = "1",
        };
        string[] arguments = [Path.Combine(Scripts, script), VariedManifests.Folder, VariedManifests.Space];

        (await Command.RunAsync("/usr/bin/python3", arguments, environment: environment)).Ok();
    }
}
