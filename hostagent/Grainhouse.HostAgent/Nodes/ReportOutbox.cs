using Grainhouse.HostAgent.Pods;
using Grainhouse.Interfaces.Agents;

namespace Grainhouse.HostAgent.Nodes;

/// <summary>What the cluster has yet to be told. Pods are kept by name, not by message: only their newest status is ever sent.</summary>
internal sealed class ReportOutbox(TimeProvider time)
{
    /// <summary>Events that wait for a gateway; the oldest are dropped beyond this, since events are a help and not a record.</summary>
    private const int MostEvents = 2_000;

    private readonly Lock gate = new();
    private readonly Signal signal = new(time);
    private readonly Queue<EventReport> events = new();
    private List<PodWorker> dirty = [];
    private bool nodeDirty;

    /// <summary>A pod's status may have changed.</summary>
    public void Add(PodWorker worker)
    {
        lock (gate)
        {
            if (worker.Book.Dirty)
            {
                return;
            }

            worker.Book.Dirty = true;
            dirty.Add(worker);
            signal.Set();
        }
    }

    /// <summary>Something happened.</summary>
    public void Add(EventReport report)
    {
        lock (gate)
        {
            if (events.Count == MostEvents)
            {
                events.Dequeue();
            }

            events.Enqueue(report);
            signal.Set();
        }
    }

    /// <summary>Events that were sent and not taken: they go first next time.</summary>
    public void Return(IReadOnlyCollection<EventReport> untaken)
    {
        lock (gate)
        {
            var later = events.ToArray();
            events.Clear();
            foreach (var report in untaken.Concat(later).TakeLast(MostEvents))
            {
                events.Enqueue(report);
            }

            signal.Set();
        }
    }

    /// <summary>Something about the node itself has changed.</summary>
    public void AddNode()
    {
        lock (gate)
        {
            nodeDirty = true;
            signal.Set();
        }
    }

    /// <summary>Waits until there is something to send, or the time is up.</summary>
    public Task<bool> WaitAsync(TimeSpan atMost, CancellationToken cancellationToken) => signal.WaitAsync(atMost, cancellationToken);

    /// <summary>Takes all there is to send.</summary>
    public (List<PodWorker> Pods, List<EventReport> Events, bool Node) Take()
    {
        lock (gate)
        {
            var pods = dirty;
            dirty = [];
            foreach (var worker in pods)
            {
                worker.Book.Dirty = false;
            }

            List<EventReport> reports = [.. events];
            events.Clear();
            var node = nodeDirty;
            nodeDirty = false;
            return (pods, reports, node);
        }
    }
}
