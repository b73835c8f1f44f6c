using System.Diagnostics;

namespace Grainhouse.Acceptance.Tests.Stops;

/// <summary><c>grainhouse down</c> gives each pod the time that it asked for.</summary>
[Collection(Alone.Name)]
public sealed class DownTests
{
    // Between what the deaf pod asked for and what the patient one did: the process that runs the cluster may take 20 s to end first.
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(45);

    [RealFact(Needs.Docker | Needs.Kubectl)]
    public async Task Down_PodsOfDifferentGrace_EachGetsItsOwn()
    {
        using var shared = new TemporaryDirectory();
        await using var cluster = await Cluster.StartAsync(new ClusterSettings());
        await cluster.Kubectl.ApplyAsync(Pod("patient", 60, "trap 'sleep 3; touch /out/done; exit 0' TERM; touch /out/patient; while true; do sleep 0.1; done", shared.Path));
        await cluster.Kubectl.ApplyAsync(Pod("deaf", 1, "trap '' TERM; touch /out/deaf; while true; do sleep 0.1; done", shared.Path));
        await Eventually.TrueAsync(
            "both to run their traps",
            () => Task.FromResult(File.Exists(Path.Combine(shared.Path, "patient")) && File.Exists(Path.Combine(shared.Path, "deaf"))),
            TimeSpan.FromSeconds(40));

        var watch = Stopwatch.StartNew();
        var down = await Command.RunAsync(Repository.Executable, ["down", "--data", cluster.DataDirectory], timeout: TimeSpan.FromSeconds(90));

        Assert.Contains("2 pods stopped.", down.Ok(), StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(shared.Path, "done")), "The patient pod was killed before it had ended.");
        Assert.True(watch.Elapsed < Bound, $"The deaf pod got more than it asked for: it took {watch.Elapsed.TotalSeconds:f1} s.");
    }

    private static string Pod(string name, int grace, string script, string directory) =>
        Manifests.Pod(name, script, containerExtra: "volumeMounts: [ { name: out, mountPath: /out } ]")
            .Replace("terminationGracePeriodSeconds: 2", $"terminationGracePeriodSeconds: {grace}", StringComparison.Ordinal)
        + $"\n  volumes: [ {{ name: out, hostPath: {{ path: {directory} }} }} ]\n";
}
