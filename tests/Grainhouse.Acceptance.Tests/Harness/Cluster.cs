using System.Text.Json;

namespace Grainhouse.Acceptance.Tests.Harness;

/// <summary>How a test's cluster is started.</summary>
internal sealed record ClusterSettings
{
    public string Runtime { get; init; } = "docker";

    /// <summary>Changes that the history keeps; null for the default.</summary>
    public int? History { get; init; }

    /// <summary>Where the data goes; null for a temporary directory.</summary>
    public string? DataDirectory { get; init; }

    public IReadOnlyList<string> Files { get; init; } = [];

    public IReadOnlyDictionary<string, string?> Environment { get; init; } = new Dictionary<string, string?>();
}

/// <summary>A real <c>grainhouse up</c> in a process of its own, with its own data and ports.</summary>
internal sealed class Cluster : IAsyncDisposable
{
    private static readonly TimeSpan StartBound = TimeSpan.FromSeconds(90);

    // Clusters that start at the same moment only get in each other's way.
    private static readonly SemaphoreSlim StartTurn = new(1);
    private readonly TemporaryDirectory home = new();
    private readonly ClusterSettings settings;
    private ApiClient? api;

    private Cluster(ClusterSettings settings)
    {
        this.settings = settings;
        DataDirectory = settings.DataDirectory ?? Path.Combine(home.Path, "data");
        Kubeconfig = Path.Combine(home.Path, "kubeconfig");
        Port = FreePort.Next();
        Process = Launch();
    }

    public string DataDirectory { get; }

    public string Kubeconfig { get; }

    public int Port { get; }

    /// <summary>The process of the last start.</summary>
    public ChildProcess Process { get; private set; }

    public ApiClient Api => api ??= new ApiClient(Kubeconfig);

    public Kubectl Kubectl => new(Kubeconfig, home.Path);

    /// <summary>Starts a cluster and returns when its node is Ready.</summary>
    public static async Task<Cluster> StartAsync(ClusterSettings settings)
    {
        if (settings.Runtime == "docker")
        {
            await TestImages.EnsureAsync();
        }

        await StartTurn.WaitAsync();
        try
        {
            var cluster = new Cluster(settings);
            try
            {
                await cluster.UntilNodeReadyAsync();
                return cluster;
            }
            catch
            {
                await cluster.DisposeAsync();
                throw;
            }
        }
        finally
        {
            StartTurn.Release();
        }
    }

    /// <summary>kill -9 of the whole process.</summary>
    public Task KillAsync() => Process.KillAsync();

    /// <summary>Starts it again on the same data and port; returns when the API is ready.</summary>
    public async Task RestartAsync()
    {
        await Process.DisposeAsync();
        Process = Launch();
        await UntilReadyAsync();
    }

    /// <summary>Returns when <c>/readyz</c> says ok.</summary>
    public Task<TimeSpan> UntilReadyAsync() => Probing.UntilReadyAsync(Process, Port, Kubeconfig, StartBound);

    /// <summary>Returns when a node is there and Ready.</summary>
    public async Task UntilNodeReadyAsync()
    {
        await UntilReadyAsync();
        await Eventually.TrueAsync(
            () => $"a Ready node:\n{Process.Log}",
            async () => (await Api.GetAsync("/api/v1/nodes")).Json.GetProperty("items").EnumerateArray().Any(IsReady),
            StartBound);
    }

    /// <summary>A namespace of the test's own.</summary>
    public async Task<Kubectl> NamespaceAsync(string name)
    {
        await Kubectl.OkAsync("create", "namespace", name);
        return Kubectl.In(name);
    }

    /// <summary>Stops the workloads, the process and removes the data.</summary>
    public async ValueTask DisposeAsync()
    {
        api?.Dispose();
        var down = await Command.RunAsync(
            Repository.Executable,
            ["down", "--data", DataDirectory, "--kubeconfig", Kubeconfig, "--runtime", settings.Runtime, "--purge"],
            timeout: TimeSpan.FromSeconds(90));
        var log = Process.Log;
        await Process.DisposeAsync();
        home.Dispose();
        Assert.True(down.ExitCode == 0, $"{down}\nThe cluster's log:\n{log}");
    }

    private static bool IsReady(JsonElement node) =>
        node.TryGetProperty("status", out var status)
        && status.TryGetProperty("conditions", out var conditions)
        && conditions.EnumerateArray().Any(condition =>
            condition.GetProperty("type").GetString() == "Ready" && condition.GetProperty("status").GetString() == "True");

    private ChildProcess Launch()
    {
        List<string> arguments =
            ["up", "--data", DataDirectory, "--port", $"{Port}", "--kubeconfig", Kubeconfig, "--runtime", settings.Runtime];
        if (settings.History is { } history)
        {
            arguments.AddRange(["--history", $"{history}"]);
        }

        arguments.AddRange(settings.Files.SelectMany(file => new[] { "-f", file }));
        return new ChildProcess(Repository.Executable, arguments, settings.Environment);
    }
}
