namespace Grainhouse.Acceptance.Tests.Streams;

/// <summary>@kubernetes/client-node: exec, attach and port-forward over WebSocket channels.</summary>
public sealed class NodeClientTests(SharedCluster shared) : StreamPods(shared)
{
    [RealFact(Needs.Docker | Needs.Kubectl | Needs.Node)]
    public async Task Streams_ByClientNode_AsItExpects()
    {
        using var directory = new TemporaryDirectory();
        foreach (var file in Directory.EnumerateFiles(Path.Combine(Repository.Root, "tests", "Grainhouse.Acceptance", "client-node")))
        {
            File.Copy(file, Path.Combine(directory.Path, Path.GetFileName(file)));
        }

        (await Command.RunAsync("npm", ["ci", "--prefix", directory.Path, "--no-audit", "--no-fund", "--silent"], timeout: TimeSpan.FromMinutes(3))).Ok();
        (await Command.RunAsync("node", [Path.Combine(directory.Path, "streams.js"), Kubectl.Namespace, Docker, Process], environment: Kubectl.Settings)).Ok();
    }
}
