using System.Collections.Concurrent;
using System.Collections.Immutable;
using Grainhouse.HostAgent.Pods;
using Grainhouse.HostAgent.Runtimes;
using Grainhouse.Interfaces.Agents;
using k8s.Models;
using Microsoft.Extensions.Logging;

namespace Grainhouse.HostAgent.Nodes;

/// <summary>The pods of one node, each with its worker. Directives are applied by one caller at a time.</summary>
internal sealed partial class NodePods(RuntimeSet runtimes, ReportOutbox outbox, TimeProvider time, ILogger logger, CancellationToken lifetime) : IPodOwner
{
    // One lock: few write at a time, and with a lock per core the order of a look at all would be the machine's, not the run's.
    private readonly ConcurrentDictionary<string, PodWorker> workers = new(concurrencyLevel: 1, capacity: 31, StringComparer.Ordinal);
    private readonly ConfigTable objects = new();
    private readonly Dictionary<string, (PodTools Tools, SandboxState Sandbox)> found = new(StringComparer.Ordinal);
    private volatile bool directed;

    /// <summary>All workers.</summary>
    public ICollection<PodWorker> Workers => workers.Values;

    /// <summary>Asked when a pod wants its runtime looked at.</summary>
    public Action<PodTools> OnObservationWanted { get; set; } = static _ => { };

    /// <summary>The worker of a pod; null if there is none.</summary>
    public PodWorker? Find(string podUid) => workers.GetValueOrDefault(podUid);

    /// <summary>Notes what a runtime had when the agent started; pods adopt it when their orders come.</summary>
    public void NoteFound(PodTools tools, ImmutableArray<SandboxState> sandboxes)
    {
        foreach (var sandbox in sandboxes)
        {
            // Of two sandboxes of a pod the newer one counts; the older one is found again by a later look and removed with the pod.
            if (!found.TryGetValue(sandbox.Pod.Uid, out var other) || other.Sandbox.Attempt < sandbox.Attempt)
            {
                found[sandbox.Pod.Uid] = (tools, sandbox);
            }
        }
    }

    /// <summary>Makes the node run exactly what the snapshot has.</summary>
    public void Apply(Snapshot snapshot)
    {
        objects.Replace(snapshot.Objects);
        HashSet<string> wanted = new(StringComparer.Ordinal);
        foreach (var order in snapshot.Pods)
        {
            wanted.Add(order.Uid);
            Order(order);
        }

        foreach (var (uid, worker) in workers)
        {
            if (!wanted.Contains(uid))
            {
                worker.Post(new PodInput.NotWanted());
            }
            else
            {
                worker.Post(new PodInput.ObjectsChanged(objects.All));
            }
        }

        directed = true;
        foreach (var (tools, sandbox) in found.Values)
        {
            RemoveOrphan(tools, sandbox);
        }

        found.Clear();
    }

    /// <summary>Applies what has changed.</summary>
    public void Apply(Changes changes)
    {
        var changed = objects.Change(changes.Objects, changes.RemovedObjects);
        foreach (var order in changes.Pods)
        {
            Order(order);
        }

        foreach (var uid in changes.RemovedPods)
        {
            Find(uid)?.Post(new PodInput.NotWanted());
        }

        if (changed.Count > 0)
        {
            foreach (var worker in Workers)
            {
                if (worker.References.Overlaps(changed))
                {
                    worker.Post(new PodInput.ObjectsChanged(objects.All));
                }
            }
        }
    }

    /// <summary>Tells every pod of a runtime what the runtime has of it, and removes what belongs to no pod.</summary>
    public void TakeListing(PodTools tools, ImmutableArray<SandboxState> sandboxes, DateTimeOffset takenAt)
    {
        Dictionary<string, SandboxState> byPod = new(StringComparer.Ordinal);
        foreach (var sandbox in sandboxes)
        {
            if (!byPod.TryGetValue(sandbox.Pod.Uid, out var other) || other.Attempt < sandbox.Attempt)
            {
                byPod[sandbox.Pod.Uid] = sandbox;
            }
        }

        foreach (var (uid, worker) in workers)
        {
            if (worker.Tools == tools)
            {
                worker.Post(new PodInput.Observed(byPod.GetValueOrDefault(uid), takenAt));
            }
        }

        foreach (var sandbox in byPod.Values)
        {
            if (directed)
            {
                RemoveOrphan(tools, sandbox);
            }
        }
    }

    void IPodOwner.StatusChanged(PodWorker worker)
    {
        if (worker.State is { Finished: true, Unwanted: true })
        {
            workers.TryRemove(new KeyValuePair<string, PodWorker>(worker.State.Identity.Uid, worker));
            return;
        }

        if (!worker.State.Unwanted)
        {
            outbox.Add(worker);
        }
    }

    void IPodOwner.EventHappened(EventReport report) => outbox.Add(report);

    void IPodOwner.ObservationWanted(PodWorker worker) => OnObservationWanted(worker.Tools);

    private void Order(PodOrder order)
    {
        if (Find(order.Uid) is { } known)
        {
            if (known.State.Revision < order.Revision && Parse(order) is { } changed)
            {
                known.References = ConfigReferences.Of(changed);
                known.Post(new PodInput.Ordered(changed, order.Revision, objects.All));
            }

            return;
        }

        if (Parse(order) is not { } pod)
        {
            return;
        }

        var identity = new PodIdentity(order.Uid, pod.Metadata.NamespaceProperty, pod.Metadata.Name);
        var existing = found.Remove(order.Uid, out var noted) ? noted : default;
        var tools = existing.Tools ?? runtimes.For(pod);
        var worker = NewWorker(tools, identity);
        worker.References = ConfigReferences.Of(pod);
        workers[order.Uid] = worker;
        if (existing.Sandbox is { } sandbox)
        {
            worker.RunNow(new PodInput.Observed(sandbox, time.GetUtcNow()));
        }

        // At once, so that a complete report made after a snapshot has every pod in it.
        worker.RunNow(new PodInput.Ordered(pod, order.Revision, objects.All));
    }

    private void RemoveOrphan(PodTools tools, SandboxState sandbox)
    {
        var worker = NewWorker(tools, sandbox.Pod);
        if (workers.TryAdd(sandbox.Pod.Uid, worker))
        {
            LogOrphan(sandbox.Pod.Name, sandbox.Pod.Namespace, sandbox.Pod.Uid);
            worker.RunNow(new PodInput.Observed(sandbox, time.GetUtcNow()));
            worker.RunNow(new PodInput.NotWanted());
        }
    }

    private PodWorker NewWorker(PodTools tools, PodIdentity identity) =>
        new(PodState.New(tools.Facts, identity, time.GetUtcNow()), tools, this, time, logger, lifetime);

    private V1Pod? Parse(PodOrder order)
    {
        try
        {
            return OrderParser.Parse(order.Pod);
        }
        catch (System.Text.Json.JsonException error)
        {
            LogUnreadableOrder(error, order.Uid);
            return null;
        }
    }

    [LoggerMessage(3030, LogLevel.Information, "Removing pod {Namespace}/{Name} ({Uid}): nobody wants it")]
    private partial void LogOrphan(string name, string @namespace, string uid);

    [LoggerMessage(3031, LogLevel.Error, "The order of pod {Uid} cannot be read")]
    private partial void LogUnreadableOrder(Exception error, string uid);
}
