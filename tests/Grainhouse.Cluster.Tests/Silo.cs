namespace Grainhouse.Cluster.Tests;

/// <summary>One <c>grainhouse silo</c> in a process of its own; it may be ended and started again on the same data and ports.</summary>
internal sealed class Silo(string home, string database) : IAsyncDisposable
{
    // Bounds are for a machine that builds and tests other things at the same time.
    private static readonly TimeSpan StartBound = TimeSpan.FromSeconds(90);

    private ApiClient? api;

    public int Port { get; } = FreePort.Next();

    public string DataDirectory => Path.Combine(home, $"silo-{Port}");

    public string Kubeconfig => Path.Combine(DataDirectory, "kubeconfig");

    public Uri Address => new($"https://127.0.0.1:{Port}");

    /// <summary>The process of the last start.</summary>
    public ChildProcess Process { get; private set; } = null!;

    public bool IsRunning => Process is { HasExited: false };

    /// <summary>The API of this silo's gateway. The keys are the cluster's, so one client serves all of the silo's lives.</summary>
    public ApiClient Api => api ??= new ApiClient(Kubeconfig);

    /// <summary>Starts the process.</summary>
    public void Launch() => Process = new ChildProcess(
        Repository.Executable, ["silo", "--data", DataDirectory, "--port", $"{Port}", "--database", database]);

    /// <summary>Returns, with the time it took, when the silo says that it is ready.</summary>
    public Task<TimeSpan> ReadyAsync() => Eventually.TrueAsync(
        () => $"/readyz of silo {Port}:\n{Process.Log}",
        async () =>
        {
            Assert.False(Process.HasExited, $"silo {Port} ended:\n{Process.Log}");
            return File.Exists(Kubeconfig) && await AnswersAsync("/readyz");
        },
        StartBound);

    /// <summary>Whether a GET is answered with 200 within two seconds.</summary>
    public async Task<bool> AnswersAsync(string path)
    {
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        try
        {
            return (await Api.GetAsync(path, bound.Token)).StatusCode == 200;
        }
        catch (Exception away) when (away is HttpRequestException or IOException or OperationCanceledException)
        {
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        api?.Dispose();
        if (Process is not null)
        {
            await Process.DisposeAsync();
        }
    }
}
