using System.Collections.Immutable;
using Grainhouse.HostAgent.Runtimes.Hosts;
using Grainhouse.Interfaces.Agents;
using Microsoft.Extensions.Logging;

namespace Grainhouse.HostAgent.Runtimes.Docker;

/// <summary>Runs pods on a Docker engine, version 20.10 or newer: a sandbox container per pod, and containers joined to its network.</summary>
/// <remarks>
/// The engine is dialled on first use, and again whenever it is needed: while it is away calls fail with
/// <see cref="RuntimeErrorKind.Unavailable"/>. No registry is needed for the sandbox: its image is made here.
/// After a gap in the engine's events <see cref="WatchAsync"/> yields an event with empty ids: look at everything.
/// </remarks>
public sealed class DockerRuntime : IContainerRuntime, IStreamingRuntime
{
    private readonly DockerConnection _connection;
    private readonly PauseImage _pause;
    private readonly DockerPods _pods;
    private readonly DockerPodNetwork _network;
    private readonly DockerSandboxes _sandboxes;
    private readonly DockerContainers _containers;
    private readonly DockerInventory _inventory;
    private readonly DockerImages _images;
    private readonly DockerLogReader _logs;
    private readonly DockerExec _exec;
    private readonly DockerTalk _talk;
    private readonly DockerPorts _ports;
    private readonly DockerEvents _events;
    private readonly DockerUsage _usage;

    /// <summary>Makes the driver; nothing is dialled yet.</summary>
    public DockerRuntime(DockerRuntimeOptions options, TimeProvider time, ILogger<DockerRuntime> logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        _connection = new DockerConnection(options);
        _pause = new PauseImage(_connection);
        _pods = new DockerPods(_connection, options);
        var log = new DockerLog(logger);
        _network = new DockerPodNetwork(_connection, options, log);
        _sandboxes = new DockerSandboxes(_connection, options, _pause, _network, options.HostAddress ?? HostAddress.Find().ToString(), time);
        _containers = new DockerContainers(_connection, options, _pods);
        _inventory = new DockerInventory(_connection, options, _sandboxes, _containers, _pods);
        _images = new DockerImages(_connection);
        _logs = new DockerLogReader(_connection);
        _exec = new DockerExec(_connection, time);
        _talk = new DockerTalk(_connection, _exec);
        _ports = new DockerPorts(_connection, _sandboxes);
        _events = new DockerEvents(_connection, options, _pods, time, log);
        _usage = new DockerUsage(_connection, options, _containers, time);
    }

    /// <inheritdoc/>
    public string Name => "docker";

    /// <inheritdoc/>
    public bool UsesImages => true;

    /// <inheritdoc/>
    public async Task<string> GetVersionAsync(CancellationToken cancellationToken) =>
        (await _connection.CallAsync(client => client.System.GetVersionAsync(cancellationToken), RuntimeErrorKind.Unavailable, cancellationToken)).Version;

    /// <inheritdoc/>
    public Task<ImmutableArray<SandboxState>> ListAsync(CancellationToken cancellationToken) => _inventory.ListAsync(cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<RuntimeEvent> WatchAsync(CancellationToken cancellationToken) => _events.WatchAsync(cancellationToken);

    /// <inheritdoc/>
    public async Task<SandboxState> EnsureSandboxAsync(SandboxSpec spec, CancellationToken cancellationToken)
    {
        var state = await _sandboxes.EnsureAsync(spec, cancellationToken);
        _pods.Remember(state.Id, state.Pod, state.Address);
        return state;
    }

    /// <inheritdoc/>
    public Task RemoveSandboxAsync(string sandboxId, CancellationToken cancellationToken) =>
        _sandboxes.RemoveAsync(sandboxId, _pods.Forget(sandboxId), cancellationToken);

    /// <inheritdoc/>
    public Task<ContainerState> StartContainerAsync(string sandboxId, ContainerSpec spec, CancellationToken cancellationToken) =>
        _containers.StartAsync(sandboxId, spec, cancellationToken);

    /// <inheritdoc/>
    public Task<ContainerState> StopContainerAsync(string containerId, TimeSpan gracePeriod, CancellationToken cancellationToken) =>
        _containers.StopAsync(containerId, gracePeriod, cancellationToken);

    /// <inheritdoc/>
    public Task<ContainerState?> InspectContainerAsync(string containerId, CancellationToken cancellationToken) =>
        _containers.InspectAsync(containerId, cancellationToken);

    /// <inheritdoc/>
    public Task RemoveContainerAsync(string containerId, CancellationToken cancellationToken) =>
        _sandboxes.ForceRemoveAsync(containerId, cancellationToken);

    /// <inheritdoc/>
    public Task<ExecResult> ExecAsync(string containerId, ImmutableArray<string> command, TimeSpan timeout, CancellationToken cancellationToken) =>
        _exec.RunAsync(containerId, command, timeout, cancellationToken);

    /// <inheritdoc/>
    public Task<ITalkingProcess> StartCommandAsync(string containerId, ImmutableArray<string> command, ProcessStreams streams, CancellationToken cancellationToken) =>
        _talk.StartCommandAsync(containerId, command, streams, cancellationToken);

    /// <inheritdoc/>
    public Task<ITalkingProcess> AttachAsync(string containerId, ProcessStreams streams, CancellationToken cancellationToken) =>
        _talk.AttachAsync(containerId, streams, cancellationToken);

    /// <inheritdoc/>
    public Task<Stream> ConnectAsync(string sandboxId, int port, CancellationToken cancellationToken) => _ports.ConnectAsync(sandboxId, port, cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<LogLine> ReadLogsAsync(string containerId, LogQuery query, CancellationToken cancellationToken) =>
        _logs.ReadAsync(containerId, query, cancellationToken);

    /// <inheritdoc/>
    public Task<ImmutableArray<ContainerUsage>> GetUsageAsync(CancellationToken cancellationToken) => _usage.ReadAsync(cancellationToken);

    /// <inheritdoc/>
    public Task<ImageState?> FindImageAsync(string image, CancellationToken cancellationToken) => _images.FindAsync(image, cancellationToken);

    /// <inheritdoc/>
    public Task<ImageState> PullImageAsync(string image, RegistryCredentials? credentials, CancellationToken cancellationToken) =>
        _images.PullAsync(image, credentials, cancellationToken);

    /// <inheritdoc/>
    public Task<ImmutableArray<ImageState>> ListImagesAsync(CancellationToken cancellationToken) => _images.ListAsync(cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _network.Dispose();
        _pause.Dispose();
        _connection.Dispose();
        return ValueTask.CompletedTask;
    }
}
