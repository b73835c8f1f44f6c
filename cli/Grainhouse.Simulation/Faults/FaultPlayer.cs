using System.Collections.Immutable;
using Grainhouse.HostAgent.Runtimes;
using Grainhouse.Simulation.Actors;
using Grainhouse.Simulation.Agents;
using Grainhouse.Simulation.Checks;
using Grainhouse.Simulation.Engine;

namespace Grainhouse.Simulation.Faults;

/// <summary>Lets faults happen, and ends each when its time is over.</summary>
internal sealed class FaultPlayer(SimulatedCluster cluster, ImmutableArray<SimulatedMachine> machines, Network network, Timeline timeline)
{
    private const double LossRate = 0.02;
    private const double DoubleRate = 0.05;
    private const double LostAnswerRate = 0.1;
    private static readonly TimeSpan MostDelay = TimeSpan.FromMilliseconds(400);
    private static readonly TimeSpan MostLag = TimeSpan.FromMilliseconds(800);

    /// <summary>Plans them all.</summary>
    public void Play(ImmutableArray<Fault> faults)
    {
        foreach (var fault in faults)
        {
            network.Carry(fault.At, () => Begin(fault));
        }
    }

    private void Begin(Fault fault)
    {
        timeline.Note($"fault: {fault.Kind} #{fault.Target} for {fault.Lasts.TotalSeconds:F1} s");
        if (fault.Kind is FaultKind.MessagesLost or FaultKind.MessagesDoubled or FaultKind.MessagesSlow)
        {
            DisturbMessages(fault);
        }
        else if (fault.Kind >= FaultKind.MachineCut)
        {
            DisturbMachine(fault, machines[fault.Target % machines.Length]);
        }
        else if (fault.Kind is FaultKind.GrainsCrash or FaultKind.GrainsTwice)
        {
            DisturbGrains(fault);
        }
        else if (cluster.Silos.Count > 0)
        {
            DisturbSilo(fault, cluster.Silos[fault.Target % cluster.Silos.Count]);
        }
    }

    private void DisturbMessages(Fault fault)
    {
        SetMessages(fault.Kind, disturbed: true);
        network.Carry(fault.Lasts, () => SetMessages(fault.Kind, disturbed: false));
    }

    private void SetMessages(FaultKind kind, bool disturbed)
    {
        switch (kind)
        {
            case FaultKind.MessagesLost:
                network.Losses = disturbed ? LossRate : 0;
                break;
            case FaultKind.MessagesDoubled:
                network.Doubles = disturbed ? DoubleRate : 0;
                break;
            case FaultKind.MessagesSlow:
                network.MostDelay = disturbed ? MostDelay : TimeSpan.Zero;
                break;
        }
    }

    private void DisturbSilo(Fault fault, SimulatedSilo silo)
    {
        switch (fault.Kind)
        {
            case FaultKind.SiloKilled when cluster.Silos.Count > 1:
                cluster.Kill(silo);
                network.Carry(fault.Lasts + TimeSpan.FromSeconds(2), () => cluster.Start(silo.Name));
                break;
            case FaultKind.SiloFrozen:
                cluster.Freeze(silo, fault.Lasts);
                break;
            case FaultKind.SiloClockWrong:
                silo.ClockError = TimeSpan.FromSeconds((fault.Target % 5) - 2);
                network.Carry(fault.Lasts, () => silo.ClockError = TimeSpan.Zero);
                break;
            case FaultKind.StoreAway:
                silo.Store.IsAway = true;
                network.Carry(fault.Lasts, () => silo.Store.IsAway = false);
                break;
            case FaultKind.AnswersLost:
                silo.Store.LostAnswers = LostAnswerRate;
                network.Carry(fault.Lasts, () => silo.Store.LostAnswers = 0);
                break;
            case FaultKind.CacheSlow:
                silo.Cache.Lag = MostLag;
                network.Carry(fault.Lasts, () => silo.Cache.Lag = TimeSpan.Zero);
                break;
            case FaultKind.WatchesExpired:
                silo.Run(silo.Cache.ExpireWatches);
                break;
        }
    }

    private void DisturbGrains(Fault fault)
    {
        var active = cluster.Active;
        if (active.Count == 0 || cluster.Silos.Count == 0)
        {
            return;
        }

        for (var index = 0; index < Math.Min(8, active.Count); index++)
        {
            var id = active[(fault.Target + (index * 37)) % active.Count];
            if (fault.Kind == FaultKind.GrainsCrash)
            {
                cluster.Crash(id);
            }
            else
            {
                cluster.Duplicate(id, cluster.Silos[(fault.Target + index) % cluster.Silos.Count]);
            }
        }

        network.Carry(fault.Lasts, cluster.EndDuplicates);
    }

    private void DisturbMachine(Fault fault, SimulatedMachine machine)
    {
        var agent = machine.Agent;
        switch (fault.Kind)
        {
            case FaultKind.MachineCut:
                machine.IsCut = true;
                network.Carry(fault.Lasts, () => machine.IsCut = false);
                break;
            case FaultKind.AgentFrozen:
                agent.Freeze();
                network.Carry(fault.Lasts, agent.Thaw);
                break;
            case FaultKind.AgentKilled:
                machine.KillAgent();
                network.Carry(fault.Lasts, machine.RestartAgent);
                break;
            case FaultKind.AgentClockWrong:
                agent.ClockError = TimeSpan.FromSeconds((fault.Target % 7) - 3);
                network.Carry(fault.Lasts, () => agent.ClockError = TimeSpan.Zero);
                break;
            case FaultKind.ContainersKilled:
                foreach (var container in machine.Host.List().SelectMany(sandbox => sandbox.Containers).Where(container => container.Phase == ContainerPhase.Running).Take(3).ToList())
                {
                    machine.Host.Kill(container.Id);
                }

                break;
            case FaultKind.MachineLost:
                machine.Lose();
                break;
        }
    }
}
