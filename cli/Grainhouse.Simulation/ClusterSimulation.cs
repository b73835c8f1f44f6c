using System.Collections.Immutable;
using Grainhouse.Simulation.Actors;
using Grainhouse.Simulation.Agents;
using Grainhouse.Simulation.Checks;
using Grainhouse.Simulation.Clients;
using Grainhouse.Simulation.Engine;
using Grainhouse.Simulation.Faults;
using Grainhouse.Simulation.Storage;

namespace Grainhouse.Simulation;

/// <summary>One run of a whole cluster in one thread, under virtual time and faults: the same seed gives the same run.</summary>
public static class ClusterSimulation
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(1);

    // What a fault leaves to be noticed after its end: a silo that was declared dead, a node's lease that runs out.
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(5);

    /// <summary>Runs a seed.</summary>
    public static SimulationResult Run(int seed, SimulationOptions options) => Run(seed, options, new Flaws());

    /// <summary>Runs a seed that fails again and again with ever fewer faults; the shortest run that still fails.</summary>
    public static SimulationResult Shrink(int seed, SimulationOptions options) => Shrink(seed, options, static () => new Flaws());

    internal static SimulationResult Run(int seed, SimulationOptions options, Flaws flaws) =>
        Run(seed, options, flaws, FaultSchedule.Of(seed, options));

    internal static SimulationResult Shrink(int seed, SimulationOptions options, Func<Flaws> flaws)
    {
        var faults = FaultSchedule.Of(seed, options);
        var shortest = Shrinker.Shrink(faults, fewer => Run(seed, options, flaws(), fewer).Violation is not null);
        return Run(seed, options, flaws(), shortest);
    }

    internal static SimulationResult Run(int seed, SimulationOptions options, Flaws flaws, ImmutableArray<Fault> faults) =>
        DeepThread.Run(() => RunHere(seed, options, flaws, faults));

    private static SimulationResult RunHere(int seed, SimulationOptions options, Flaws flaws, ImmutableArray<Fault> faults)
    {
        var loop = new EventLoop(Start);
        var timeline = new Timeline(loop);
        var violations = new Violations(timeline);
        var network = new Network(loop, seed);
        var store = new SimulatedStore(flaws.Store);
        var cluster = new SimulatedCluster(loop, network, store, new SeededChance(seed ^ 0x1d), flaws);
        Observe(store, cluster, loop, timeline, violations, options);
        for (var number = 0; number < options.Silos; number++)
        {
            cluster.Start($"10.0.0.{number + 1}:6443");
        }

        var machines = Enumerable.Range(0, options.Machines).Select(number => new SimulatedMachine(loop, network, cluster, $"n{number:D2}", options.MachineMillis)).ToImmutableArray();
        var containers = new ContainerChecks(violations);
        foreach (var machine in machines)
        {
            containers.Follow(machine);
        }

        new ClientActs(loop, cluster, options, timeline, seed).Start();
        new FaultPlayer(cluster, machines, network, timeline).Play(faults);

        var rest = TimeSpan.Zero;
        try
        {
            rest = RunToRest(loop, cluster, options, EndOf(faults), new Convergence(store, machines), violations);
        }
        catch (Exception error)
        {
            // An error that nobody took is a finding like any other: it has a seed, and can be shrunk.
            violations.Report(error.ToString());
        }

        return new SimulationResult(seed, violations.First, [.. faults.Select(fault => fault.ToString())], [.. timeline.Lines], loop.Events, store.Log.Count, rest, loop.Fingerprint.Value);
    }

    private static void Observe(SimulatedStore store, SimulatedCluster cluster, EventLoop loop, Timeline timeline, Violations violations, SimulationOptions options)
    {
        var writes = new StoreChecks(violations, timeline);
        var pods = new PodChecks(violations, ClientActs.PodMillis, options.MachineMillis);
        var rollouts = new RolloutChecks(store, loop, violations);
        store.Granted = writes.Granted;
        store.Committed = logged =>
        {
            writes.Committed(logged);
            loop.Fingerprint.Add(Fingerprint.Of(logged.Change.Key));
            loop.Fingerprint.Add((logged.Change.Document ?? default).Span);
            if (logged.Object is { } change)
            {
                pods.Changed(change);
                rollouts.Changed(change);
            }
        };
        cluster.Acknowledged = writes.Acknowledged;
        cluster.Started = silo => new WatchCheck(silo, store, violations).Start();
    }

    private static TimeSpan EndOf(ImmutableArray<Fault> faults) => faults.IsEmpty ? TimeSpan.Zero : faults.Max(fault => fault.At + fault.Lasts);

    // In steps of a second: collection of idle grains and the look whether all is well need no finer time.
    private static TimeSpan RunToRest(EventLoop loop, SimulatedCluster cluster, SimulationOptions options, TimeSpan faultsEnd, Convergence convergence, Violations violations)
    {
        var calm = Start + options.Duration;
        var settled = (faultsEnd > options.Duration ? Start + faultsEnd : calm) + Settling;
        while (violations.First is null)
        {
            loop.RunUntil(loop.Now + Step, () => violations.First is not null);
            if (loop.Now.Second % 30 == 0)
            {
                cluster.CollectIdle();
            }

            // The last faults may last longer than the time in which they begin.
            if (loop.Now < settled)
            {
                continue;
            }

            if (convergence.Missing() is not { } missing)
            {
                break;
            }

            if (loop.Now > calm + options.ConvergenceBound)
            {
                violations.Report($"not at rest {options.ConvergenceBound.TotalSeconds:F0} s after the faults ended: {missing}");
            }
        }

        return loop.Now - calm;
    }
}
