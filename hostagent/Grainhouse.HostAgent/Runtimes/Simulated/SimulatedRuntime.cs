using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Grainhouse.HostAgent.Runtimes.Images;

namespace Grainhouse.HostAgent.Runtimes.Simulated;

/// <summary>Runs pods in name only: no process, no file, time from the <see cref="TimeProvider"/>. For scale tests and the simulator.</summary>
public sealed class SimulatedRuntime : IContainerRuntime
{
    private readonly SimulatedHost _host;
    private readonly SimulatedRuntimeOptions _options;
    private readonly TimeProvider _time;
    private readonly Lock _randomLock = new();
    private readonly Random _random;

    /// <summary>Makes an agent's view of a host; several may look at one host, one after the other.</summary>
    public SimulatedRuntime(SimulatedHost host, SimulatedRuntimeOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        _host = host;
        _options = options;
        _time = time;
        _random = new Random(options.Seed);
    }

    /// <inheritdoc/>
    public string Name => "simulated";

    /// <inheritdoc/>
    public bool UsesImages => true;

    /// <inheritdoc/>
    public Task<string> GetVersionAsync(CancellationToken cancellationToken) => Task.FromResult("1");

    /// <inheritdoc/>
    public Task<ImmutableArray<SandboxState>> ListAsync(CancellationToken cancellationToken) => Task.FromResult(_host.List());

    /// <inheritdoc/>
    public async IAsyncEnumerable<RuntimeEvent> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var events = Channel.CreateUnbounded<RuntimeEvent>();
        _host.Subscribe(events.Writer);
        try
        {
            // Not ReadAllAsync, which leaves the caller's context: the simulator has no thread but its own.
            while (await events.Reader.WaitToReadAsync(cancellationToken))
            {
                while (events.Reader.TryRead(out var happened))
                {
                    yield return happened;
                }
            }
        }
        finally
        {
            _host.Unsubscribe(events.Writer);
        }
    }

    /// <inheritdoc/>
    public async Task<SandboxState> EnsureSandboxAsync(SandboxSpec spec, CancellationToken cancellationToken)
    {
        await SpendAsync(_options.SandboxLatency, cancellationToken);
        return _host.EnsureSandbox(spec, _options.AddressPrefix);
    }

    /// <inheritdoc/>
    public async Task RemoveSandboxAsync(string sandboxId, CancellationToken cancellationToken)
    {
        await SpendAsync(TimeSpan.Zero, cancellationToken);
        _host.RemoveSandbox(sandboxId);
    }

    /// <inheritdoc/>
    public async Task<ContainerState> StartContainerAsync(string sandboxId, ContainerSpec spec, CancellationToken cancellationToken)
    {
        await SpendAsync(_options.StartLatency, cancellationToken);
        var workload = _options.Workload(spec);
        if (_host.Find(SimulatedHost.ContainerId(sandboxId, spec)) is null && Fails(_options.StartFailureProbability))
        {
            workload = workload with { StartError = "simulated failure to start" };
        }

        var state = _host.Run(sandboxId, spec, workload);
        return state.StartedAt is null && state.Error.Length > 0 ? throw new RuntimeException(RuntimeErrorKind.Start, state.Error) : state;
    }

    /// <inheritdoc/>
    public async Task<ContainerState> StopContainerAsync(string containerId, TimeSpan gracePeriod, CancellationToken cancellationToken)
    {
        await SpendAsync(TimeSpan.Zero, cancellationToken);
        if (_host.WorkloadOf(containerId) is { } workload && _host.Find(containerId)?.Phase == ContainerPhase.Running)
        {
            var killed = workload.IgnoresStop || gracePeriod < _options.StopLatency;
            await DelayAsync(killed ? gracePeriod : _options.StopLatency, cancellationToken);
            _host.End(containerId, killed ? 137 : workload.StopExitCode, outOfMemory: false, killed ? null : workload.StopOutput);
        }

        return _host.Find(containerId) ?? throw NotFound(containerId);
    }

    /// <inheritdoc/>
    public Task<ContainerState?> InspectContainerAsync(string containerId, CancellationToken cancellationToken) => Task.FromResult(_host.Find(containerId));

    /// <inheritdoc/>
    public async Task RemoveContainerAsync(string containerId, CancellationToken cancellationToken)
    {
        await SpendAsync(TimeSpan.Zero, cancellationToken);
        _host.RemoveContainer(containerId);
    }

    /// <inheritdoc/>
    public Task<ExecResult> ExecAsync(string containerId, ImmutableArray<string> command, TimeSpan timeout, CancellationToken cancellationToken) =>
        _host.Find(containerId) is { Phase: ContainerPhase.Running } state
            ? Task.FromResult(_options.Exec(state, command))
            : Task.FromException<ExecResult>(NotFound(containerId));

    /// <inheritdoc/>
    public async IAsyncEnumerable<LogLine> ReadLogsAsync(string containerId, LogQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (lines, ended, more) = _host.ReadLog(containerId, 0) ?? throw NotFound(containerId);
        var index = lines.Count;
        var skip = query.TailLines is { } tail ? Math.Max(0, lines.Count(Wanted) - tail) : 0;
        while (true)
        {
            foreach (var line in lines)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (Wanted(line) && skip-- <= 0)
                {
                    yield return line;
                }
            }

            if (!query.Follow || ended)
            {
                yield break;
            }

            await more.WaitAsync(cancellationToken);
            if (_host.ReadLog(containerId, index) is not { } next)
            {
                yield break;
            }

            (lines, ended, more) = next;
            index += lines.Count;
        }

        bool Wanted(LogLine line) => query.Since is null || line.Time >= query.Since;
    }

    /// <inheritdoc/>
    public Task<ImmutableArray<ContainerUsage>> GetUsageAsync(CancellationToken cancellationToken) => Task.FromResult(_host.Usage());

    /// <inheritdoc/>
    public Task<ImageState?> FindImageAsync(string image, CancellationToken cancellationToken) =>
        Task.FromResult(_options.AllImagesPresent && _options.PullError(image) is null ? _host.AddImage(image) : _host.FindImage(image));

    /// <inheritdoc/>
    public async Task<ImageState> PullImageAsync(string image, RegistryCredentials? credentials, CancellationToken cancellationToken)
    {
        if (ImageReference.Parse(image) is null)
        {
            throw new RuntimeException(RuntimeErrorKind.InvalidImageName, $"couldn't parse image reference \"{image}\": invalid reference format");
        }

        await SpendAsync(_options.PullLatency, cancellationToken);
        if (_options.PullError(image) is { } kind)
        {
            throw new RuntimeException(kind, $"simulated failure to pull {image}");
        }

        return Fails(_options.PullFailureProbability)
            ? throw new RuntimeException(RuntimeErrorKind.ImagePull, $"simulated failure to pull {image}")
            : _host.AddImage(image);
    }

    /// <inheritdoc/>
    public Task<ImmutableArray<ImageState>> ListImagesAsync(CancellationToken cancellationToken) => Task.FromResult(_host.Images());

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async ValueTask SpendAsync(TimeSpan latency, CancellationToken cancellationToken)
    {
        await DelayAsync(latency, cancellationToken);
        if (Fails(_options.UnavailableProbability))
        {
            throw new RuntimeException(RuntimeErrorKind.Unavailable, "simulated: the engine is out of reach");
        }
    }

    private Task DelayAsync(TimeSpan latency, CancellationToken cancellationToken) =>
        latency > TimeSpan.Zero ? Task.Delay(latency, _time, cancellationToken) : Task.CompletedTask;

    private bool Fails(double probability)
    {
        if (probability <= 0)
        {
            return false;
        }

        lock (_randomLock)
        {
            return _random.NextDouble() < probability;
        }
    }

    private static RuntimeException NotFound(string id) => new(RuntimeErrorKind.NotFound, $"There is no running container {id}.");
}
