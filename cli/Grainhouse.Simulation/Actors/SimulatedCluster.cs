using Grainhouse.Grains;
using Grainhouse.Interfaces.Grains;
using Grainhouse.Simulation.Engine;
using Grainhouse.Simulation.Storage;
using Orleans.Runtime;

namespace Grainhouse.Simulation.Actors;

/// <summary>The silos, and which grain is active where.</summary>
internal sealed class SimulatedCluster
{
    // With a probe per second and two misses.
    private static readonly TimeSpan DetectionTime = TimeSpan.FromSeconds(1.6);

    private readonly EventLoop loop;
    private readonly Network network;
    private readonly Dictionary<GrainId, Activation> directory = [];
    private readonly Dictionary<GrainId, Activation> duplicates = [];
    private readonly List<SimulatedSilo> silos = [];

    public SimulatedCluster(EventLoop loop, Network network, SimulatedStore store, Chance chance, Flaws flaws)
    {
        (this.loop, this.network, Store, Chance, Flaws) = (loop, network, store, chance, flaws);
        store.Flushed = () => silos.ForEach(static silo => silo.Cache.Announce());
    }

    public SimulatedStore Store { get; }

    public Chance Chance { get; }

    public Flaws Flaws { get; }

    /// <summary>Told of each write that was acknowledged to whoever asked for it.</summary>
    public Action<ObjectResult> Acknowledged { get; set; } = static _ => { };

    /// <summary>Told of each silo that starts.</summary>
    public Action<SimulatedSilo> Started { get; set; } = static _ => { };

    /// <summary>The silos that run, or stand still.</summary>
    public IReadOnlyList<SimulatedSilo> Silos => silos;

    /// <summary>Starts a silo.</summary>
    public SimulatedSilo Start(string name)
    {
        var silo = new SimulatedSilo(this, loop, network, name);
        silos.Add(silo);
        silo.Start();
        Started(silo);
        return silo;
    }

    /// <summary>Kills a silo with all that is active on it; the others learn it a little later.</summary>
    public void Kill(SimulatedSilo silo)
    {
        silo.Kill();
        silos.Remove(silo);
        network.Carry(DetectionTime, () => ForgetAll(silo));
    }

    /// <summary>Makes another activation of a grain beside the one that there is: calls go to either, as after a partition.</summary>
    public void Duplicate(GrainId id, SimulatedSilo silo)
    {
        if (directory.TryGetValue(id, out var first) && first.Silo != silo && !duplicates.ContainsKey(id))
        {
            duplicates[id] = new Activation(loop, silo, id);
        }
    }

    /// <summary>Ends the second activations, as the directory does once the partition is over.</summary>
    public void EndDuplicates()
    {
        foreach (var second in duplicates.Values.ToList())
        {
            second.Deactivate(default);
        }
    }

    /// <summary>Lets the activation of a grain crash; false if it has none.</summary>
    public bool Crash(GrainId id)
    {
        if (!directory.Remove(id, out var activation))
        {
            return false;
        }

        activation.Kill();
        return true;
    }

    /// <summary>The grains that are active.</summary>
    public IReadOnlyList<GrainId> Active => [.. directory.Keys];

    /// <summary>The activation of a grain, made where there is none; null while no silo runs, or the one that had it is dead and nobody knows.</summary>
    public Activation? Find(GrainId id)
    {
        if (duplicates.TryGetValue(id, out var second) && network.Chance(0.5))
        {
            return second.IsAlive ? second : null;
        }

        if (!directory.TryGetValue(id, out var activation))
        {
            if (silos.Count == 0)
            {
                return null;
            }

            directory[id] = activation = new Activation(loop, network.Choose(silos), id);
        }

        return activation.IsAlive ? activation : null;
    }

    /// <summary>Hands a call to its grain.</summary>
    public void Send(SimulatedSilo from, GrainCall request)
    {
        if (Find(request.Target) is { } activation)
        {
            activation.Run(() => activation.Receive(request));
            return;
        }

        network.Carry(DetectionTime, () => request.Fail(new SiloUnavailableException($"the silo of {request.Target} is dead, says {from.Name}")));
    }

    /// <summary>An activation leaves.</summary>
    public void Forget(Activation activation)
    {
        if (directory.GetValueOrDefault(activation.GrainId) == activation)
        {
            directory.Remove(activation.GrainId);
        }

        if (duplicates.GetValueOrDefault(activation.GrainId) == activation)
        {
            duplicates.Remove(activation.GrainId);
        }
    }

    /// <summary>Collects activations that nobody has used for a while.</summary>
    public void CollectIdle()
    {
        foreach (var idle in directory.Values.Where(activation => activation.IsAlive && activation.IsIdle).ToList())
        {
            idle.Deactivate(default);
        }
    }

    private void ForgetAll(SimulatedSilo silo)
    {
        foreach (var activation in directory.Values.Concat(duplicates.Values).Where(activation => activation.Silo == silo).ToList())
        {
            Forget(activation);
        }
    }
}
