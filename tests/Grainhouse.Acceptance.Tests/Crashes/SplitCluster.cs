namespace Grainhouse.Acceptance.Tests.Crashes;

/// <summary>A silo and an agent as processes of their own.</summary>
internal sealed class SplitCluster : IAsyncDisposable
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);
    private readonly TemporaryDirectory home = new();
    private readonly int port = FreePort.Next();
    private ApiClient? api;

    private SplitCluster()
    {
        Kubeconfig = Path.Combine(home.Path, "kubeconfig");
        Silo = LaunchSilo();
    }

    public string Kubeconfig { get; }

    public ChildProcess Silo { get; private set; }

    public ChildProcess? Agent { get; private set; }

    public ApiClient Api => api ??= new ApiClient(Kubeconfig);

    public Kubectl Kubectl => new(Kubeconfig, home.Path);

    private string SiloData => Path.Combine(home.Path, "silo");

    private string AgentData => Path.Combine(home.Path, "agent");

    public static async Task<SplitCluster> StartAsync()
    {
        await TestImages.EnsureAsync();
        var cluster = new SplitCluster();
        await cluster.UntilSiloReadyAsync();
        cluster.Agent = cluster.LaunchAgent();
        await Eventually.TrueAsync(
            () => $"a Ready node:\n{cluster.Agent.Log}",
            async () => (await cluster.Kubectl.RunAsync("get", "nodes")).Output.Contains(" Ready ", StringComparison.Ordinal),
            Bound);
        return cluster;
    }

    public async Task RestartAgentAsync()
    {
        await Agent!.DisposeAsync();
        Agent = LaunchAgent();
    }

    /// <summary>Starts the silo again; returns when the API answers.</summary>
    public async Task RestartSiloAsync()
    {
        await Silo.DisposeAsync();
        Silo = LaunchSilo();
        await UntilSiloReadyAsync();
    }

    public async ValueTask DisposeAsync()
    {
        api?.Dispose();
        var log = $"Silo:\n{Silo.Log}\nAgent:\n{Agent?.Log}";
        if (Agent is not null)
        {
            await Agent.DisposeAsync();
        }

        await Silo.DisposeAsync();
        var down = await Command.RunAsync(Repository.Executable, ["down", "--data", AgentData, "--runtime", "docker", "--purge"]);
        home.Dispose();
        Assert.True(down.ExitCode == 0, $"{down}\n{log}");
    }

    private Task<TimeSpan> UntilSiloReadyAsync() => Probing.UntilReadyAsync(Silo, port, Kubeconfig, Bound);

    private ChildProcess LaunchSilo() =>
        new(Repository.Executable, ["silo", "--data", SiloData, "--port", $"{port}", "--kubeconfig", Kubeconfig]);

    // The token and the authority are where the silo left them: what an administrator would copy to the node.
    private ChildProcess LaunchAgent() => new(
        Repository.Executable,
        [
            "agent", "--join", $"127.0.0.1:{port}", "--token", File.ReadAllText(Path.Combine(SiloData, "pki", "join.token")).Trim(),
            "--ca", Path.Combine(SiloData, "pki", "ca.crt"), "--data", AgentData, "--runtime", "docker",
        ]);
}
