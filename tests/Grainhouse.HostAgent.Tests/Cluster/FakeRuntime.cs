using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Text;
using System.Threading.Channels;
using Grainhouse.HostAgent.Runtimes;

namespace Grainhouse.HostAgent.Tests.Cluster;

/// <summary>A runtime in memory: containers run until a test ends them.</summary>
internal sealed class FakeRuntime : IContainerRuntime
{
    private readonly ConcurrentDictionary<string, SandboxState> sandboxes = new();
    private readonly Channel<RuntimeEvent> events = Channel.CreateUnbounded<RuntimeEvent>();
    private int nextId;

    public string Name => "fake";

    public bool UsesImages => true;

    public int Starts { get; private set; }

    public Task<string> GetVersionAsync(CancellationToken cancellationToken) => Task.FromResult("1.0");

    public Task<ImmutableArray<SandboxState>> ListAsync(CancellationToken cancellationToken) => Task.FromResult(sandboxes.Values.ToImmutableArray());

    public async IAsyncEnumerable<RuntimeEvent> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var happened in events.Reader.ReadAllAsync(cancellationToken))
        {
            yield return happened;
        }
    }

    public Task<SandboxState> EnsureSandboxAsync(SandboxSpec spec, CancellationToken cancellationToken)
    {
        var id = $"s-{spec.Pod.Uid}-{spec.Attempt}";
        return Task.FromResult(sandboxes.GetOrAdd(id, _ => new SandboxState(id, spec.Pod, spec.Attempt, true, "172.17.0.9", DateTimeOffset.UnixEpoch, [])));
    }

    public Task RemoveSandboxAsync(string sandboxId, CancellationToken cancellationToken)
    {
        sandboxes.TryRemove(sandboxId, out _);
        return Task.CompletedTask;
    }

    public Task<ContainerState> StartContainerAsync(string sandboxId, ContainerSpec spec, CancellationToken cancellationToken)
    {
        Starts++;
        var container = new ContainerState
        {
            Id = $"c{Interlocked.Increment(ref nextId)}",
            Name = spec.Name,
            Attempt = spec.Attempt,
            Phase = ContainerPhase.Running,
            StartedAt = TimeProvider.System.GetUtcNow(),
        };
        Update(sandboxId, sandbox => sandbox with { Containers = sandbox.Containers.Add(container) });
        return Task.FromResult(container);
    }

    public Task<ContainerState> StopContainerAsync(string containerId, TimeSpan gracePeriod, CancellationToken cancellationToken) =>
        Task.FromResult(Kill(containerId, 143));

    public Task<ContainerState?> InspectContainerAsync(string containerId, CancellationToken cancellationToken) =>
        Task.FromResult(sandboxes.Values.SelectMany(sandbox => sandbox.Containers).FirstOrDefault(container => container.Id == containerId));

    public Task RemoveContainerAsync(string containerId, CancellationToken cancellationToken)
    {
        foreach (var sandbox in sandboxes.Values)
        {
            Update(sandbox.Id, found => found with { Containers = found.Containers.RemoveAll(container => container.Id == containerId) });
        }

        return Task.CompletedTask;
    }

    public Task<ExecResult> ExecAsync(string containerId, ImmutableArray<string> command, TimeSpan timeout, CancellationToken cancellationToken) =>
        Task.FromResult(new ExecResult(0, "", false));

    public async IAsyncEnumerable<LogLine> ReadLogsAsync(string containerId, LogQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.Yield();
        for (var line = 1; line <= 3; line++)
        {
            yield return new LogLine(DateTimeOffset.UnixEpoch.AddMilliseconds(line * 500), Encoding.UTF8.GetBytes($"{containerId} line {line}"));
        }
    }

    public Task<ImmutableArray<ContainerUsage>> GetUsageAsync(CancellationToken cancellationToken) => Task.FromResult<ImmutableArray<ContainerUsage>>(
        [.. sandboxes.Values.SelectMany(sandbox => sandbox.Containers.Select(container => new ContainerUsage(sandbox.Pod.Uid, container.Name, 5, 7)))]);

    public Task<ImageState?> FindImageAsync(string image, CancellationToken cancellationToken) => Task.FromResult<ImageState?>(new ImageState("sha256:x", [image], 5));

    public Task<ImageState> PullImageAsync(string image, RegistryCredentials? credentials, CancellationToken cancellationToken) => Task.FromResult(new ImageState("sha256:x", [image], 5));

    public Task<ImmutableArray<ImageState>> ListImagesAsync(CancellationToken cancellationToken) => Task.FromResult<ImmutableArray<ImageState>>([new ImageState("sha256:x", ["busybox:1.36"], 5)]);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>Ends a container as kill(1) would, and says so.</summary>
    public ContainerState Kill(string containerId, int exitCode = 137)
    {
        var sandbox = sandboxes.Values.First(candidate => candidate.Containers.Any(container => container.Id == containerId));
        ContainerState? dead = null;
        Update(sandbox.Id, found => found with
        {
            Containers = [.. found.Containers.Select(container => container.Id != containerId || container.Phase == ContainerPhase.Exited
                ? container
                : dead = container with { Phase = ContainerPhase.Exited, ExitCode = exitCode, FinishedAt = TimeProvider.System.GetUtcNow() })],
        });
        events.Writer.TryWrite(new RuntimeEvent(sandbox.Pod.Uid, sandbox.Id, containerId));
        return dead ?? sandbox.Containers.First(container => container.Id == containerId);
    }

    private void Update(string sandboxId, Func<SandboxState, SandboxState> change)
    {
        while (true)
        {
            if (!sandboxes.TryGetValue(sandboxId, out var before))
            {
                throw new RuntimeException(RuntimeErrorKind.NotFound, $"no sandbox {sandboxId}");
            }

            if (sandboxes.TryUpdate(sandboxId, change(before), before))
            {
                return;
            }
        }
    }
}
