using System.IO.Hashing;
using System.Text.Json;
using Google.Protobuf;
using Grainhouse.Interfaces.Agents;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Interfaces.Storage;

namespace Grainhouse.Grains.Nodes;

/// <summary>Tells one node's agent what its node should run: everything at first, then what differs from what was told.</summary>
internal sealed class NodeDirectives(string node, IObjectCache cache, GrainOptions options)
{
    private readonly Dictionary<string, Told> known = new(StringComparer.Ordinal);

    /// <summary>Sends all that the node should run.</summary>
    public void SendSnapshot(AgentSession session)
    {
        known.Clear();
        session.SentPods.Clear();
        session.SentObjects.Clear();
        var changes = Collect(session);
        var snapshot = new Snapshot { Settings = Settings() };
        snapshot.Pods.Add(changes.Pods);
        snapshot.Objects.Add(changes.Objects);
        session.Send(new NodeDirective { Snapshot = snapshot });
    }

    /// <summary>Sends what has changed since the last directive; nothing if nothing has.</summary>
    public void SendChanges(AgentSession session)
    {
        var changes = Collect(session);
        if (changes.Pods.Count + changes.RemovedPods.Count + changes.Objects.Count + changes.RemovedObjects.Count > 0)
        {
            session.Send(new NodeDirective { Changes = changes });
        }
    }

    private Settings Settings()
    {
        var settings = new Settings
        {
            HeartbeatMs = (uint)options.HeartbeatInterval.TotalMilliseconds,
            LeaseMs = (uint)options.NodeLease.TotalMilliseconds,
        };
        settings.Gateways.Add(options.Gateways.Select(gateway => gateway.ToString()));
        return settings;
    }

    private Changes Collect(AgentSession session)
    {
        var changes = new Changes();
        var here = new HashSet<string>(StringComparer.Ordinal);
        var needed = new HashSet<ObjectKey>();
        foreach (var pod in cache.PodsOnNode(node))
        {
            here.Add(pod.Header.Uid);
            AddPod(session, changes, pod);
            needed.UnionWith(known[pod.Header.Uid].References);
        }

        foreach (var gone in session.SentPods.Keys.Where(uid => !here.Contains(uid)).ToList())
        {
            session.SentPods.Remove(gone);
            known.Remove(gone);
            changes.RemovedPods.Add(gone);
        }

        AddObjects(session, changes, needed);
        return changes;
    }

    private void AddPod(AgentSession session, Changes changes, KubeObject pod)
    {
        var uid = pod.Header.Uid;
        var sent = session.SentPods.ContainsKey(uid);
        if (sent && known.TryGetValue(uid, out var last) && last.Revision == pod.Revision)
        {
            return;
        }

        // The agent's own status reports make revisions too; only what the agent acts on is told.
        var fingerprint = Fingerprint(pod.Document.Span);
        if (sent && known.TryGetValue(uid, out last) && last.Fingerprint == fingerprint)
        {
            known[uid] = last with { Revision = pod.Revision };
            return;
        }

        known[uid] = new Told(pod.Revision, fingerprint, PodReferences.Of(pod).Keys);
        session.SentPods[uid] = pod.Revision;
        changes.Pods.Add(new PodOrder { Uid = uid, Revision = pod.Revision, Pod = UnsafeByteOperations.UnsafeWrap(pod.Document) });
    }

    private void AddObjects(AgentSession session, Changes changes, HashSet<ObjectKey> needed)
    {
        foreach (var key in needed)
        {
            if (cache.Get(key) is { } found && session.SentObjects.GetValueOrDefault(key.ToString()) != found.Revision)
            {
                session.SentObjects[key.ToString()] = found.Revision;
                changes.Objects.Add(new ConfigObject { Key = Wire(key), Revision = found.Revision, Document = UnsafeByteOperations.UnsafeWrap(found.Document) });
            }
        }

        foreach (var gone in session.SentObjects.Keys.Where(key => IsGone(ObjectKey.Parse(key), needed)).ToList())
        {
            session.SentObjects.Remove(gone);
            changes.RemovedObjects.Add(Wire(ObjectKey.Parse(gone)));
        }
    }

    private bool IsGone(ObjectKey key, HashSet<ObjectKey> needed) => !needed.Contains(key) || cache.Get(key) is null;

    private static ConfigKey Wire(ObjectKey key) => new() { Resource = key.Resource, Namespace = key.Namespace, Name = key.Name };

    private static ulong Fingerprint(ReadOnlySpan<byte> document)
    {
        var hash = new XxHash64();
        var reader = new Utf8JsonReader(document);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var counts = reader.ValueTextEquals("metadata"u8) || reader.ValueTextEquals("spec"u8);
            var start = (int)reader.BytesConsumed;
            reader.Read();
            reader.Skip();
            if (counts)
            {
                hash.Append(document[start..(int)reader.BytesConsumed]);
            }
        }

        return hash.GetCurrentHashAsUInt64();
    }

    /// <summary>What was last looked at of a pod.</summary>
    private sealed record Told(long Revision, ulong Fingerprint, IReadOnlySet<ObjectKey> References);
}
