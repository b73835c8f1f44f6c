using System.Threading.Channels;
using Grainhouse.HostAgent.Runtimes;
using Grainhouse.HostAgent.Runtimes.Simulated;
using Grainhouse.Simulation.Agents;

namespace Grainhouse.Simulation.Checks;

/// <summary>The agents' promise: a container of a pod never runs twice at once, on one machine or on two.</summary>
internal sealed class ContainerChecks(Violations violations)
{
    private readonly Dictionary<(string Pod, string Container), (SimulatedMachine Machine, string Id)> newest = [];

    /// <summary>Checks what starts on a machine, when it starts.</summary>
    public void Follow(SimulatedMachine machine) => machine.Host.Subscribe(new Follower(this, machine));

    private void Changed(SimulatedMachine machine, string pod, string id)
    {
        if (machine.Host.Find(id) is not { Phase: ContainerPhase.Running } container)
        {
            return;
        }

        if (newest.TryGetValue((pod, container.Name), out var before) && before != (machine, id)
            && before.Machine.Host.Find(before.Id) is { Phase: ContainerPhase.Running })
        {
            violations.Report($"{machine.Name} started {id} while {before.Id} runs on {before.Machine.Name}");
        }

        newest[(pod, container.Name)] = (machine, id);
    }

    // Not a channel: what is checked must be what is so at that moment.
    private sealed class Follower(ContainerChecks checks, SimulatedMachine machine) : ChannelWriter<RuntimeEvent>
    {
        public override bool TryWrite(RuntimeEvent item)
        {
            checks.Changed(machine, item.PodUid, item.ContainerId);
            return true;
        }

        public override ValueTask<bool> WaitToWriteAsync(CancellationToken cancellationToken = default) => new(true);
    }
}
