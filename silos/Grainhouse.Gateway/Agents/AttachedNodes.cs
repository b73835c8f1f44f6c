using System.Collections.Concurrent;

namespace Grainhouse.Gateway.Agents;

/// <summary>The nodes whose agents have their stream on this gateway.</summary>
internal sealed class AttachedNodes
{
    private readonly ConcurrentDictionary<string, int> streams = new(StringComparer.Ordinal);

    /// <summary>Whether a node's agent is here.</summary>
    public bool Contains(string node) => streams.GetValueOrDefault(node) > 0;

    /// <summary>A stream began. An agent that comes back may have two for a moment.</summary>
    public void Add(string node) => streams.AddOrUpdate(node, 1, static (_, count) => count + 1);

    /// <summary>A stream ended.</summary>
    public void Remove(string node)
    {
        if (streams.AddOrUpdate(node, 0, static (_, count) => count - 1) <= 0)
        {
            streams.TryRemove(KeyValuePair.Create(node, 0));
        }
    }
}
