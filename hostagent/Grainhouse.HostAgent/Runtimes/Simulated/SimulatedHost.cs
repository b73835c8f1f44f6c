using System.Collections.Immutable;
using System.Threading.Channels;

namespace Grainhouse.HostAgent.Runtimes.Simulated;

/// <summary>The memory of a simulated host: what it runs outlives the agents (<see cref="SimulatedRuntime"/>) that look after it.</summary>
/// <remarks>Small: a thousand of them with a few pods each fit in one process. Safe to use from any thread.</remarks>
public sealed class SimulatedHost(TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, SandboxState> _sandboxes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SimulatedContainer> _containers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ImageState> _images = new(StringComparer.Ordinal);
    private ImmutableArray<ChannelWriter<RuntimeEvent>> _watchers = [];
    private int _addresses;

    /// <summary>Ends a container as kill -9 does; false if it does not run.</summary>
    public bool Kill(string containerId) => End(containerId, exitCode: 137, outOfMemory: false);

    /// <summary>Ends a container as the kernel does when memory runs out; false if it does not run.</summary>
    public bool KillForMemory(string containerId) => End(containerId, exitCode: 137, outOfMemory: true);

    internal SandboxState EnsureSandbox(SandboxSpec spec, ushort addressPrefix)
    {
        var id = $"{spec.Pod.Uid}_{spec.Attempt}";
        lock (_lock)
        {
            if (_sandboxes.TryGetValue(id, out var existing))
            {
                return existing;
            }

            var number = ++_addresses;
            var address = $"{addressPrefix >> 8}.{addressPrefix & 0xff}.{(number >> 8) & 0xff}.{number & 0xff}";
            return _sandboxes[id] = new SandboxState(id, spec.Pod, spec.Attempt, Running: true, address, time.GetUtcNow(), []);
        }
    }

    internal void RemoveSandbox(string id)
    {
        lock (_lock)
        {
            _sandboxes.Remove(id);
            foreach (var (containerId, container) in _containers)
            {
                if (container.SandboxId == id)
                {
                    Remove_NeedsLock(containerId, container);
                }
            }
        }
    }

    internal void RemoveContainer(string id)
    {
        lock (_lock)
        {
            if (_containers.TryGetValue(id, out var container))
            {
                Remove_NeedsLock(id, container);
            }
        }
    }

    internal ImmutableArray<SandboxState> List()
    {
        lock (_lock)
        {
            var bySandbox = _containers.Values.ToLookup(container => container.SandboxId, container => container.State, StringComparer.Ordinal);
            return [.. _sandboxes.Values.Select(sandbox => sandbox with { Containers = [.. bySandbox[sandbox.Id].OrderBy(state => state.Name, StringComparer.Ordinal).ThenBy(state => state.Attempt)] })];
        }
    }

    internal ContainerState? Find(string id)
    {
        lock (_lock)
        {
            return _containers.GetValueOrDefault(id)?.State;
        }
    }

    /// <summary>Makes a container and runs it, or gives the one that is there.</summary>
    internal ContainerState Run(string sandboxId, ContainerSpec spec, SimulatedWorkload workload)
    {
        var id = ContainerId(sandboxId, spec);
        lock (_lock)
        {
            if (!_sandboxes.ContainsKey(sandboxId))
            {
                throw new RuntimeException(RuntimeErrorKind.NotFound, $"There is no sandbox {sandboxId}.");
            }

            if (!_containers.TryGetValue(id, out var container))
            {
                container = Make(id, sandboxId, spec, workload);
                _containers[id] = container;
                Publish_NeedsLock(id, container);
            }

            return container.State;
        }
    }

    internal static string ContainerId(string sandboxId, ContainerSpec spec) => $"{sandboxId}_{spec.Name}_{spec.Attempt}";

    /// <summary>What a container does; null if there is none.</summary>
    internal SimulatedWorkload? WorkloadOf(string id)
    {
        lock (_lock)
        {
            return _containers.GetValueOrDefault(id)?.Workload;
        }
    }

    internal bool End(string id, int exitCode, bool outOfMemory, string? lastLine = null)
    {
        lock (_lock)
        {
            if (!_containers.TryGetValue(id, out var container) || container.State.Phase != ContainerPhase.Running)
            {
                return false;
            }

            if (lastLine is not null)
            {
                container.Write(lastLine, time.GetUtcNow());
            }

            container.Set(container.State with
            {
                Phase = ContainerPhase.Exited,
                ExitCode = exitCode,
                OutOfMemory = outOfMemory,
                FinishedAt = time.GetUtcNow(),
            });
            Publish_NeedsLock(id, container);
            return true;
        }
    }

    /// <summary>A container's lines from an index on, whether it has ended, and what completes when there is more; null if it is gone.</summary>
    internal (IReadOnlyList<LogLine> Lines, bool Ended, Task More)? ReadLog(string id, int index)
    {
        lock (_lock)
        {
            return _containers.TryGetValue(id, out var container)
                ? (container.LinesFrom(index), container.State.Phase == ContainerPhase.Exited, container.ChangedAsync())
                : null;
        }
    }

    internal ImmutableArray<ContainerUsage> Usage()
    {
        lock (_lock)
        {
            return [.. _containers.Values.Where(container => container.State.Phase == ContainerPhase.Running).Select(container => new ContainerUsage(
                _sandboxes[container.SandboxId].Pod.Uid, container.State.Name, container.Workload.CpuNanocores, container.Workload.MemoryBytes))];
        }
    }

    internal ImageState? FindImage(string image)
    {
        lock (_lock)
        {
            return _images.GetValueOrDefault(image);
        }
    }

    internal ImageState AddImage(string image)
    {
        lock (_lock)
        {
            return _images.TryGetValue(image, out var known) ? known : _images[image] = new ImageState($"simulated:{image}", [image], SizeBytes: 1 << 20);
        }
    }

    internal ImmutableArray<ImageState> Images()
    {
        lock (_lock)
        {
            return [.. _images.Values];
        }
    }

    internal void Subscribe(ChannelWriter<RuntimeEvent> watcher)
    {
        lock (_lock)
        {
            _watchers = _watchers.Add(watcher);
        }
    }

    internal void Unsubscribe(ChannelWriter<RuntimeEvent> watcher)
    {
        lock (_lock)
        {
            _watchers = _watchers.Remove(watcher);
        }
    }

    private SimulatedContainer Make(string id, string sandboxId, ContainerSpec spec, SimulatedWorkload workload)
    {
        var now = time.GetUtcNow();
        var state = new ContainerState
        {
            Id = id,
            Name = spec.Name,
            Attempt = spec.Attempt,
            Image = spec.Image ?? "",
            ImageId = spec.Image is null ? "" : $"simulated:{spec.Image}",
            Labels = spec.Labels,
        };
        if (workload.StartError is { } error)
        {
            return new SimulatedContainer(sandboxId, state with { Phase = ContainerPhase.Exited, ExitCode = 127, Error = error, FinishedAt = now }, workload);
        }

        var container = new SimulatedContainer(sandboxId, state with { Phase = ContainerPhase.Running, StartedAt = now }, workload);
        foreach (var line in workload.Output)
        {
            container.Write(line, now);
        }

        if (workload.RunsFor is { } duration)
        {
            container.End = time.CreateTimer(_ => End(id, workload.ExitCode, outOfMemory: false), null, duration, Timeout.InfiniteTimeSpan);
        }

        return container;
    }

    private void Remove_NeedsLock(string id, SimulatedContainer container)
    {
        container.End?.Dispose();
        _containers.Remove(id);
        container.Wake();
    }

    private void Publish_NeedsLock(string id, SimulatedContainer container)
    {
        foreach (var watcher in _watchers)
        {
            watcher.TryWrite(new RuntimeEvent(_sandboxes[container.SandboxId].Pod.Uid, container.SandboxId, id));
        }
    }
}
