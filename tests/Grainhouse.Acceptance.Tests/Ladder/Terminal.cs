namespace Grainhouse.Acceptance.Tests.Ladder;

/// <summary>A terminal where <c>kubectl</c> is a program of one version, with a home, a kubeconfig and a namespace of its own.</summary>
internal sealed class Terminal : IDisposable
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(120);
    private readonly TemporaryDirectory home = new();
    private readonly string node;
    private readonly int port;
    private readonly Dictionary<string, string?> environment;

    /// <param name="cluster">The cluster that the kubeconfig is for.</param>
    /// <param name="node">The name of its node.</param>
    /// <param name="kubectl">The program.</param>
    public Terminal(Cluster cluster, string node, string kubectl)
    {
        this.node = node;
        port = cluster.Port;
        var kubeconfig = Path.Combine(home.Path, "config");
        File.Copy(cluster.Kubeconfig, kubeconfig);
        var programs = Directory.CreateDirectory(Path.Combine(home.Path, "bin")).FullName;
        File.CreateSymbolicLink(Path.Combine(programs, "kubectl"), kubectl);
        environment = new Dictionary<string, string?>
        {
            ["HOME"] = home.Path,
            ["KUBECONFIG"] = kubeconfig,
            ["PATH"] = $"{programs}:{Environment.GetEnvironmentVariable("PATH")}",
            ["NODE"] = node,
        };
    }

    /// <summary>Where the commands find the files that they name.</summary>
    public static string Files { get; } = Path.Combine(Repository.Root, "tests", "Grainhouse.Acceptance.Tests", "Ladder", "files");

    /// <summary>Runs a command line and returns what is seen of it: both outputs as they come, steady, and the exit code if it is not 0.</summary>
    public async Task<string> RunAsync(string command)
    {
        var result = await Command.RunAsync("sh", ["-c", $"exec 2>&1\n{command}"], null, Bound, environment, Files);
        return SteadyText.Of(result.Output, node, port) + (result.ExitCode == 0 ? "" : $"[{result.ExitCode}]\n");
    }

    public void Dispose() => home.Dispose();
}
