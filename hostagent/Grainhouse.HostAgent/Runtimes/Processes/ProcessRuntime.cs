using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Grainhouse.HostAgent.Runtimes.Hosts;
using Grainhouse.Interfaces.Agents;
using Microsoft.Extensions.Logging;

namespace Grainhouse.HostAgent.Runtimes.Processes;

/// <summary>Runs pods without images: a container is a process of the host in a session and a cgroup of its own.</summary>
/// <remarks>
/// It shares the host's network, users and files; volumes get a mount namespace. A shell script per container waits for it
/// and notes its end, so that agents may come and go. Capabilities, a read-only root and privileges are not acted on: a
/// process has the rights of the agent, or of the user that it asks for. Linux only.
/// </remarks>
public sealed class ProcessRuntime : IContainerRuntime, IStreamingRuntime
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Lazy<Parts> _parts;
    private bool _disposed;

    /// <summary>Makes the driver; its directory is made and watched on first use.</summary>
    public ProcessRuntime(ProcessRuntimeOptions options, TimeProvider time, ILogger<ProcessRuntime> logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        _parts = new Lazy<Parts>(() => new Parts(options, time, new ProcessLog(logger), _stop.Token));
    }

    /// <inheritdoc/>
    public string Name => "process";

    /// <inheritdoc/>
    public bool UsesImages => false;

    /// <inheritdoc/>
    public Task<string> GetVersionAsync(CancellationToken cancellationToken) => Task.FromResult(Environment.OSVersion.Version.ToString());

    /// <inheritdoc/>
    public Task<ImmutableArray<SandboxState>> ListAsync(CancellationToken cancellationToken) => Task.FromResult(_parts.Value.Sandboxes.List());

    /// <inheritdoc/>
    public async IAsyncEnumerable<RuntimeEvent> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var watch = _parts.Value.Watch;
        var events = watch.Subscribe();
        try
        {
            await foreach (var happened in events.Reader.ReadAllAsync(cancellationToken))
            {
                yield return happened;
            }
        }
        finally
        {
            watch.Unsubscribe(events);
        }
    }

    /// <inheritdoc/>
    public Task<SandboxState> EnsureSandboxAsync(SandboxSpec spec, CancellationToken cancellationToken) =>
        _parts.Value.Sandboxes.EnsureAsync(spec, cancellationToken);

    /// <inheritdoc/>
    public Task RemoveSandboxAsync(string sandboxId, CancellationToken cancellationToken) =>
        _parts.Value.Sandboxes.RemoveAsync(sandboxId, cancellationToken);

    /// <inheritdoc/>
    public Task<ContainerState> StartContainerAsync(string sandboxId, ContainerSpec spec, CancellationToken cancellationToken) =>
        _parts.Value.Containers.StartAsync(sandboxId, spec, cancellationToken);

    /// <inheritdoc/>
    public Task<ContainerState> StopContainerAsync(string containerId, TimeSpan gracePeriod, CancellationToken cancellationToken) =>
        _parts.Value.Containers.StopAsync(containerId, gracePeriod, cancellationToken);

    /// <inheritdoc/>
    public Task<ContainerState?> InspectContainerAsync(string containerId, CancellationToken cancellationToken) =>
        Task.FromResult(_parts.Value.States.Read(containerId));

    /// <inheritdoc/>
    public Task RemoveContainerAsync(string containerId, CancellationToken cancellationToken) =>
        _parts.Value.Containers.RemoveAsync(containerId, cancellationToken);

    /// <inheritdoc/>
    public Task<ExecResult> ExecAsync(string containerId, ImmutableArray<string> command, TimeSpan timeout, CancellationToken cancellationToken) =>
        _parts.Value.Exec.RunAsync(containerId, command, timeout, cancellationToken);

    /// <inheritdoc/>
    public Task<ITalkingProcess> StartCommandAsync(string containerId, ImmutableArray<string> command, ProcessStreams streams, CancellationToken cancellationToken) =>
        Task.FromResult(_parts.Value.Talk.StartCommand(containerId, command, streams));

    /// <inheritdoc/>
    public Task<ITalkingProcess> AttachAsync(string containerId, ProcessStreams streams, CancellationToken cancellationToken) =>
        Task.FromResult(_parts.Value.Talk.Attach(containerId, streams));

    /// <inheritdoc/>
    public Task<Stream> ConnectAsync(string sandboxId, int port, CancellationToken cancellationToken) =>
        LocalPort.ConnectAsync(LocalPort.NewSocketAsync, port, cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<LogLine> ReadLogsAsync(string containerId, LogQuery query, CancellationToken cancellationToken) =>
        _parts.Value.Logs.ReadAsync(containerId, query, cancellationToken);

    /// <inheritdoc/>
    public Task<ImmutableArray<ContainerUsage>> GetUsageAsync(CancellationToken cancellationToken) => Task.FromResult(_parts.Value.Usage.Read());

    /// <inheritdoc/>
    public Task<ImageState?> FindImageAsync(string image, CancellationToken cancellationToken) => Task.FromResult<ImageState?>(null);

    /// <inheritdoc/>
    public Task<ImageState> PullImageAsync(string image, RegistryCredentials? credentials, CancellationToken cancellationToken) =>
        Task.FromException<ImageState>(new RuntimeException(RuntimeErrorKind.ImageNotFound, $"The Process runtime uses no images, so there is no '{image}'."));

    /// <inheritdoc/>
    public Task<ImmutableArray<ImageState>> ListImagesAsync(CancellationToken cancellationToken) => Task.FromResult(ImmutableArray<ImageState>.Empty);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, true))
        {
            return;
        }

        await _stop.CancelAsync();
        if (_parts.IsValueCreated)
        {
            await _parts.Value.DisposeAsync();
        }

        _stop.Dispose();
    }

    /// <summary>What is made on first use.</summary>
    private sealed class Parts : IAsyncDisposable
    {
        private readonly Task _following;

        public Parts(ProcessRuntimeOptions options, TimeProvider time, ProcessLog log, CancellationToken stop)
        {
            var layout = new ProcessLayout(Path.GetFullPath(options.DataDirectory));
            layout.Create();
            var cgroups = new ProcessCgroups(options.InstanceScope, log, time);
            States = new ProcessStates(layout, cgroups);
            Watch = new RunWatch(layout, log);
            Containers = new ProcessContainers(layout, options, States, cgroups, new ProcessLauncher(layout, cgroups), Watch, log, time);
            Sandboxes = new ProcessSandboxes(layout, States, Containers, options.HostAddress ?? HostAddress.Find().ToString(), log, time);
            Logs = new ProcessLogReader(layout, options, States, Containers, time);
            var entry = new ProcessEntry(States, cgroups);
            Exec = new ProcessExec(entry, time);
            Talk = new ProcessTalk(layout, States, entry, Containers, Watch);
            Usage = new ProcessUsage(Sandboxes, time);
            foreach (var container in Sandboxes.List().SelectMany(sandbox => sandbox.Containers))
            {
                // What was written, and who ended, while no agent was there.
                Watch.Enqueue(container.Id, container.Phase == ContainerPhase.Exited);
            }

            _following = FollowAsync(stop);
        }

        public ProcessStates States { get; }

        public RunWatch Watch { get; }

        public ProcessContainers Containers { get; }

        public ProcessSandboxes Sandboxes { get; }

        public ProcessLogReader Logs { get; }

        public ProcessExec Exec { get; }

        public ProcessTalk Talk { get; }

        public ProcessUsage Usage { get; }

        public async ValueTask DisposeAsync()
        {
            Watch.Dispose();
            await _following;
            Containers.Dispose();
        }

        private async Task FollowAsync(CancellationToken stop)
        {
            await Task.Yield();
            try
            {
                await Containers.FollowAsync(stop);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
        }
    }
}
