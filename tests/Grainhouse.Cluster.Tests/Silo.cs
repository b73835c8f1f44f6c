using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;

namespace Grainhouse.Cluster.Tests;

/// <summary>One <c>grainhouse silo</c> in a process of its own; it may be ended and started again on the same data and ports.</summary>
/// <param name="home">The directory of the cluster.</param>
/// <param name="database">The connection string of the cluster's database; null for a silo alone, with a file of its own.</param>
/// <param name="address">Where its gateway is reached.</param>
/// <param name="on">What its command begins with, if it runs on a host of its own.</param>
internal sealed class Silo(string home, string? database, IPAddress address, IReadOnlyList<string> on) : IAsyncDisposable
{
    // Bounds are for a machine that builds and tests other things at the same time.
    private static readonly TimeSpan StartBound = TimeSpan.FromSeconds(90);

    // systemd's: see deploy/systemd.
    private static readonly TimeSpan StopBound = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan RestartDelay = TimeSpan.FromSeconds(1);

    private readonly Lock gate = new();
    private volatile bool isWanted;
    private Task supervising = Task.CompletedTask;
    private ApiClient? api;
    private ApiClient? watches;
    private ApiClient? probes;

    /// <summary>A silo on this host.</summary>
    public Silo(string home, string? database)
        : this(home, database, IPAddress.Loopback, [])
    {
    }

    public int Port { get; } = FreePort.Next();

    public string DataDirectory => Path.Combine(home, $"silo-{Port}");

    public string Kubeconfig => Path.Combine(DataDirectory, "kubeconfig");

    public Uri Address => new($"https://{address}:{Port}");

    /// <summary>The process of the last start.</summary>
    public ChildProcess Process { get; private set; } = null!;

    public bool IsRunning => Process is { HasExited: false };

    /// <summary>What the processes said that ended by themselves, each on a line of its own.</summary>
    public ConcurrentQueue<string> Ends { get; } = new();

    /// <summary>The API of this silo's gateway. The keys are the cluster's, so one client serves all of the silo's lives.</summary>
    public ApiClient Api => api ??= new ApiClient(Kubeconfig, Address, HttpVersion.Version20);

    /// <summary>The same for watches: each keeps a connection, and a client has only so many.</summary>
    public ApiClient Watches => watches ??= new ApiClient(Kubeconfig, Address, HttpVersion.Version20);

    /// <summary>The same for those who measure, so that they do not wait for the connections of others.</summary>
    public ApiClient Probes => probes ??= new ApiClient(Kubeconfig, Address, HttpVersion.Version20);

    /// <summary>Starts the process, and again whenever it ends by itself, as systemd does.</summary>
    public void Launch()
    {
        isWanted = true;
        Process = Start();
        supervising = SuperviseAsync();
    }

    /// <summary>kill -9, and nobody starts it again.</summary>
    public async Task KillAsync()
    {
        ChildProcess last;
        lock (gate)
        {
            isWanted = false;
            last = Process;
        }

        await last.KillAsync();
        await supervising;
    }

    /// <summary>Stops it in order, as systemd does; returns how long that took.</summary>
    public async Task<TimeSpan> StopAsync()
    {
        ChildProcess last;
        lock (gate)
        {
            isWanted = false;
            last = Process;
        }

        var clock = Stopwatch.StartNew();
        var exitCode = await last.TerminateAsync(StopBound);
        Assert.True(exitCode == 0, $"silo {Port} ended with {exitCode}:\n{last.Log}");
        await supervising;
        return clock.Elapsed;
    }

    /// <summary>Returns, with the time it took, when the silo says that it is ready.</summary>
    public Task<TimeSpan> ReadyAsync() => Eventually.TrueAsync(
        () => $"/readyz of silo {Port}:\n{string.Join('\n', Ends)}\n{Process.Log}",
        async () => File.Exists(Kubeconfig) && await AnswersAsync("/readyz"),
        StartBound);

    /// <summary>How many grains live on it.</summary>
    public async Task<int> CountGrainsAsync()
    {
        const string Metric = "orleans_catalog_activations{";
        return (await Api.GetAsync("/metrics")).Body.Split('\n')
            .Where(line => line.StartsWith(Metric, StringComparison.Ordinal))
            .Sum(line => int.Parse(line[(line.LastIndexOf('}') + 2)..], CultureInfo.InvariantCulture));
    }

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
        watches?.Dispose();
        probes?.Dispose();
        if (Process is not null)
        {
            await KillAsync();
            await Process.DisposeAsync();
        }
    }

    private ChildProcess Start()
    {
        string[] store = database is null ? [] : ["--database", database];
        string[] command = [.. on, Repository.Executable, "silo", "--data", DataDirectory, "--port", $"{Port}", .. store];
        return new(command[0], command[1..]);
    }

    private async Task SuperviseAsync()
    {
        while (true)
        {
            await Process.WaitForExitAsync(Timeout.InfiniteTimeSpan);
            if (!isWanted)
            {
                return;
            }

            Ends.Enqueue($"ended with {Process.ExitCode}: {Process.Log}");
            await Task.Delay(RestartDelay);
            lock (gate)
            {
                if (!isWanted)
                {
                    return;
                }

                Process = Start();
            }
        }
    }
}
