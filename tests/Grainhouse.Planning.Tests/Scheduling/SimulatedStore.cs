using Grainhouse.Interfaces.Objects;
using Grainhouse.Interfaces.Storage;

namespace Grainhouse.Planning.Tests.Scheduling;

/// <summary>A store with one sequence of revisions, pods as test records, and fences with compare-and-set.</summary>
internal sealed class SimulatedStore
{
    private readonly List<(long Revision, ObjectChange Change)> log = [];
    private readonly Dictionary<string, StoredDocument> fences = new(StringComparer.Ordinal);
    private readonly HashSet<string> createdWithNode = [];

    public List<TestPod> Pods { get; } = [];

    public long Revision { get; private set; }

    /// <summary>Whether a scheduler placed the pod, rather than its creator.</summary>
    public bool WasBound(TestPod pod) => !createdWithNode.Contains(pod.ActualUid);

    public void Put(Func<long, KubeObject> node) => Log(ChangeKind.Added, node(++Revision));

    public void Put(TestPod pod)
    {
        var index = Pods.FindIndex(other => other.Name == pod.Name);
        if (index >= 0)
        {
            Pods[index] = pod;
        }
        else
        {
            Pods.Add(pod);
            if (pod.Node.Length > 0)
            {
                createdWithNode.Add(pod.ActualUid);
            }
        }

        Log(index >= 0 ? ChangeKind.Modified : ChangeKind.Added, pod.At(++Revision));
    }

    public void Delete(TestPod pod)
    {
        Pods.RemoveAll(other => other.Name == pod.Name);
        Log(ChangeKind.Deleted, pod.At(++Revision));
    }

    public StoredDocument? Fence(string key) => fences.GetValueOrDefault(key);

    public WriteOutcome Commit(StoreWrite write)
    {
        var current = Fence(write.Key)?.Revision ?? 0;
        if (current != write.ExpectedRevision)
        {
            return new WriteOutcome(false, current);
        }

        fences[write.Key] = new StoredDocument(write.Key, ++Revision, write.Document!.Value);
        return new WriteOutcome(true, Revision);
    }

    /// <summary>All objects as of a revision.</summary>
    public Dictionary<ObjectKey, KubeObject> Snapshot(long at)
    {
        var objects = new Dictionary<ObjectKey, KubeObject>();
        foreach (var (revision, change) in log)
        {
            if (revision > at)
            {
                break;
            }

            if (change.Kind == ChangeKind.Deleted)
            {
                objects.Remove(change.Object.Key);
            }
            else
            {
                objects[change.Object.Key] = change.Object;
            }
        }

        return objects;
    }

    public ObjectChange? Next(long after, out long revision)
    {
        var at = log.FindLastIndex(entry => entry.Revision <= after) + 1;
        revision = at < log.Count ? log[at].Revision : after;
        return at < log.Count ? log[at].Change : null;
    }

    private void Log(ChangeKind kind, KubeObject changed) => log.Add((Revision, new ObjectChange(kind, changed, null)));
}
