using System.Collections.Immutable;
using System.Net;
using Grainhouse.Grains;
using Grainhouse.Interfaces.Grains;
using Grainhouse.Simulation.Engine;
using Grainhouse.Simulation.Storage;
using Orleans.Runtime;

namespace Grainhouse.Simulation.Actors;

/// <summary>The silos, and which grain is active where.</summary>
internal sealed class SimulatedCluster
{
    // What the silos' settings lead to: a dead one is known by its lock and its port, a frozen one by the probes that it misses.
    private static readonly TimeSpan DetectionTime = TimeSpan.FromSeconds(1.6);
    private static readonly TimeSpan CondemnationTime = TimeSpan.FromSeconds(5);

    // How long a silo that was declared dead goes on before it knows.
    private static readonly TimeSpan LateTime = TimeSpan.FromSeconds(1);

    private readonly EventLoop loop;
    private readonly Network network;
    private readonly Dictionary<GrainId, Activation> directory = [];
    private readonly Dictionary<GrainId, Activation> duplicates = [];
    private readonly List<SimulatedSilo> silos = [];
    private readonly List<ClusterMember> members = [];
    private readonly Dictionary<string, int> lives = new(StringComparer.Ordinal);
    private long version;

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

    /// <summary>The names of all silos that ever ran.</summary>
    public IEnumerable<string> Names => lives.Keys;

    /// <summary>Starts a silo, named by where its gateway listens; the others learn of it a little later.</summary>
    public SimulatedSilo Start(string name)
    {
        lives[name] = lives.GetValueOrDefault(name) + 1;
        var address = SiloAddress.New(IPEndPoint.Parse(name), lives[name]);
        members.Add(new ClusterMember(address, SiloStatus.Active, name));
        var silo = new SimulatedSilo(this, loop, network, name, new SimulatedMembership(name, address, Snapshot()));
        silos.Add(silo);
        Publish();
        silo.Start();
        Started(silo);
        return silo;
    }

    /// <summary>Kills a silo with all that is active on it; the others learn it a little later.</summary>
    public void Kill(SimulatedSilo silo)
    {
        silo.Kill();
        silos.Remove(silo);
        network.Carry(DetectionTime, () => Bury(silo));
    }

    /// <summary>Lets a silo stand still. If that takes long, the others declare it dead; it learns that a while after it goes on, and ends.</summary>
    public void Freeze(SimulatedSilo silo, TimeSpan time)
    {
        if (silo.IsFrozen)
        {
            return;
        }

        silo.Freeze();
        network.Carry(time, silo.Thaw);
        if (time <= CondemnationTime || silos.Count == 1)
        {
            return;
        }

        network.Carry(CondemnationTime, () =>
        {
            if (silo.IsAlive && silos.Count > 1 && silos.Remove(silo))
            {
                Bury(silo);
                network.Carry(time - CondemnationTime + LateTime, () => EndLate(silo));
            }
        });
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
        network.Carry(DetectionTime, activation.BreakCalls);
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
            // As every silo breaks the connections with one that it knows to be dead, be it alive or not: see ADR 11.
            if (from.Store.IsClosed && activation.Silo != from && !activation.Silo.Membership.Knows(from.Membership))
            {
                network.Carry(network.Latency(), () => request.Break(new SiloUnavailableException($"{activation.Silo.Name} takes nothing from {from.Name}, which is dead")));
                return;
            }

            activation.Run(() => activation.Receive(request));
            return;
        }

        network.Carry(DetectionTime, () => request.Break(new SiloUnavailableException($"the silo of {request.Target} is dead, says {from.Name}")));
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

    private void EndLate(SimulatedSilo silo)
    {
        if (silo.IsAlive)
        {
            silo.Kill();
            Start(silo.Name);
        }
    }

    private void Bury(SimulatedSilo silo)
    {
        silo.Store.IsClosed = true;
        foreach (var activation in directory.Values.Concat(duplicates.Values).Where(activation => activation.Silo == silo).ToList())
        {
            Forget(activation);
            activation.BreakCalls();
        }

        members.RemoveAll(member => member.SiloAddress.Equals(silo.Membership.SiloAddress));
        Publish();
    }

    private ClusterMembershipSnapshot Snapshot() =>
        new(members.ToImmutableDictionary(member => member.SiloAddress), new MembershipVersion(++version));

    private void Publish()
    {
        var snapshot = Snapshot();
        foreach (var silo in silos)
        {
            network.Carry(network.Latency(), () => silo.Run(() => silo.Membership.Learn(snapshot)));
        }
    }
}
