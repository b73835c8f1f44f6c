using System.Collections.Concurrent;
using System.Collections.Immutable;
using Docker.DotNet.Models;
using Grainhouse.HostAgent.Runtimes.Hosts;

namespace Grainhouse.HostAgent.Runtimes.Docker;

/// <summary>What containers use, read from the kernel's counters: a hundred times cheaper than the engine's stats.</summary>
/// <remarks>Works where agent and engine share a kernel; elsewhere nothing is reported.</remarks>
internal sealed class DockerUsage(DockerConnection connection, DockerRuntimeOptions options, DockerContainers containers, TimeProvider time)
{
    private readonly ConcurrentDictionary<string, (CgroupUsage Cgroup, DateTimeOffset? StartedAt)> _known = new(StringComparer.Ordinal);
    private readonly CpuMeter _cpu = new(time);

    public async Task<ImmutableArray<ContainerUsage>> ReadAsync(CancellationToken cancellationToken)
    {
        var running = await connection.CallAsync(
            client => client.Containers.ListContainersAsync(
                new ContainersListParameters
                {
                    Filters = DockerLabels.Filter((DockerLabels.Agent, options.InstanceScope), (DockerLabels.Kind, DockerLabels.ContainerKind)),
                },
                cancellationToken),
            RuntimeErrorKind.Unavailable,
            cancellationToken);
        var usage = ImmutableArray.CreateBuilder<ContainerUsage>(running.Count);
        var ids = new HashSet<string>(StringComparer.Ordinal);
        foreach (var container in running)
        {
            ids.Add(container.ID);
            var (cgroup, startedAt) = await FindAsync(container.ID, cancellationToken);
            if (cgroup is not null && cgroup.TryRead(out var cpu, out var memory))
            {
                usage.Add(new ContainerUsage(
                    DockerLabels.Get(container.Labels, DockerLabels.PodUid),
                    DockerLabels.Get(container.Labels, DockerLabels.Container),
                    _cpu.Measure(container.ID, cpu, startedAt),
                    memory));
            }
        }

        Forget(ids);
        return usage.DrainToImmutable();
    }

    private async ValueTask<(CgroupUsage? Cgroup, DateTimeOffset? StartedAt)> FindAsync(string id, CancellationToken cancellationToken)
    {
        if (_known.TryGetValue(id, out var known))
        {
            return known;
        }

        var state = await containers.InspectAsync(id, cancellationToken);
        if (state is not { ProcessId: > 0 } || CgroupUsage.Of(state.ProcessId) is not { } cgroup)
        {
            return default;
        }

        return _known[id] = (cgroup, state.StartedAt);
    }

    private void Forget(HashSet<string> running)
    {
        _cpu.Keep(running);
        foreach (var id in _known.Keys)
        {
            if (!running.Contains(id))
            {
                _known.TryRemove(id, out _);
            }
        }
    }
}
