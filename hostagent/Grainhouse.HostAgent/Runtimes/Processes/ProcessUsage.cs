using System.Collections.Immutable;
using Grainhouse.HostAgent.Runtimes.Hosts;

namespace Grainhouse.HostAgent.Runtimes.Processes;

/// <summary>What processes use, from their cgroups. Where those cannot be written, nothing is told, rather than what the whole host uses.</summary>
internal sealed class ProcessUsage(ProcessSandboxes sandboxes, TimeProvider time)
{
    private readonly CpuMeter _cpu = new(time);

    public ImmutableArray<ContainerUsage> Read()
    {
        var usage = ImmutableArray.CreateBuilder<ContainerUsage>();
        var ids = new HashSet<string>(StringComparer.Ordinal);
        foreach (var sandbox in sandboxes.List())
        {
            foreach (var container in sandbox.Containers)
            {
                if (container is { Phase: ContainerPhase.Running, ProcessId: > 0 }
                    && CgroupUsage.Of(container.ProcessId) is { } cgroup
                    && cgroup.CpuFile.Contains(container.Id, StringComparison.Ordinal)
                    && cgroup.TryRead(out var cpu, out var memory))
                {
                    ids.Add(container.Id);
                    usage.Add(new ContainerUsage(sandbox.Pod.Uid, container.Name, _cpu.Measure(container.Id, cpu, container.StartedAt), memory));
                }
            }
        }

        _cpu.Keep(ids);
        return usage.DrainToImmutable();
    }
}
