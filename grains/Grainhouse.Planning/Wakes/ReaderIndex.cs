using Grainhouse.Interfaces.Objects;
using Grainhouse.Interfaces.Storage;
using Grainhouse.Planning.Nodes;

namespace Grainhouse.Planning.Wakes;

/// <summary>Knows which nodes have pods that read a config map or a secret: a change of it concerns those nodes.</summary>
internal sealed class ReaderIndex
{
    private readonly Dictionary<ObjectKey, Reader> pods = [];
    private readonly Dictionary<ObjectKey, HashSet<ObjectKey>> readers = [];

    /// <summary>Takes a change of a pod.</summary>
    public void Track(ObjectChange change)
    {
        var pod = change.Object;
        var keys = change.Kind == ChangeKind.Deleted || pod.Header.NodeName.Length == 0 ? null : PodReferences.Of(pod).Keys;
        if (pods.TryGetValue(pod.Key, out var known))
        {
            // The same pod by another revision reads the same things, as long as its spec is what it was.
            if (keys is not null && known.Node == pod.Header.NodeName && known.Keys.SetEquals(keys))
            {
                return;
            }

            Forget(pod.Key, known);
        }

        if (keys is { Count: > 0 })
        {
            Add(pod.Key, new Reader(pod.Header.NodeName, keys));
        }
    }

    /// <summary>Adds the wakes of the nodes whose pods read an object.</summary>
    public void Wake(ObjectKey key, ICollection<Wake> wakes)
    {
        foreach (var pod in readers.GetValueOrDefault(key) ?? [])
        {
            wakes.Add(new Wake(ReconcilerKind.Node, ResourceCatalog.Nodes.Key(null, pods[pod].Node)));
        }
    }

    private void Add(ObjectKey pod, Reader reader)
    {
        pods[pod] = reader;
        foreach (var key in reader.Keys)
        {
            if (!readers.TryGetValue(key, out var found))
            {
                readers[key] = found = [];
            }

            found.Add(pod);
        }
    }

    private void Forget(ObjectKey pod, Reader reader)
    {
        pods.Remove(pod);
        foreach (var key in reader.Keys)
        {
            if (readers.TryGetValue(key, out var found) && found.Remove(pod) && found.Count == 0)
            {
                readers.Remove(key);
            }
        }
    }

    private sealed record Reader(string Node, IReadOnlySet<ObjectKey> Keys);
}
