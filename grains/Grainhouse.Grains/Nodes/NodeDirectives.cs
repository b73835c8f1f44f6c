using Google.Protobuf;
using Grainhouse.Grains.Members;
using Grainhouse.Interfaces.Agents;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Interfaces.Storage;
using Grainhouse.Planning.Nodes;
using Grainhouse.Planning.Pods;

namespace Grainhouse.Grains.Nodes;

/// <summary>Tells one node's agent what its node should run: everything at first, then what differs from what was told.</summary>
internal sealed class NodeDirectives(string node, IObjectCache cache, ClusterMembers members, GrainOptions options)
{
    /// <summary>Sends all that the node should run: the first directive of a session.</summary>
    public void SendSnapshot(AgentSession session)
    {
        var changes = Collect(session);
        var snapshot = new Snapshot { Settings = Settings(session) };
        snapshot.Pods.Add(changes.Pods);
        snapshot.Objects.Add(changes.Objects);
        session.Send(new NodeDirective { Snapshot = snapshot });
    }

    /// <summary>Sends what has changed since the last directive, gateways among it; nothing if nothing has.</summary>
    public void SendChanges(AgentSession session)
    {
        if (!session.ToldGateways.AsSpan().SequenceEqual(members.Current.Gateways.AsSpan()))
        {
            session.Send(new NodeDirective { Settings = Settings(session) });
        }

        var changes = Collect(session);
        if (changes.Pods.Count + changes.RemovedPods.Count + changes.Objects.Count + changes.RemovedObjects.Count > 0)
        {
            session.Send(new NodeDirective { Changes = changes });
        }
    }

    /// <summary>Tells the agent once more of the pods that it was told of and does not have.</summary>
    /// <param name="session">The agent's session.</param>
    /// <param name="reported">The uids of all pods that the agent has.</param>
    /// <remarks>Orders that were under way while the agent wrote its report are told twice, which does no harm.</remarks>
    public void SendMissing(AgentSession session, IEnumerable<string> reported)
    {
        var missing = session.ToldPods.Keys.Except(reported, StringComparer.Ordinal).ToList();
        foreach (var uid in missing)
        {
            session.ToldPods.Remove(uid);
        }

        if (missing.Count > 0)
        {
            SendChanges(session);
        }
    }

    private Settings Settings(AgentSession session)
    {
        session.ToldGateways = members.Current.Gateways;
        var settings = new Settings
        {
            HeartbeatMs = (uint)options.HeartbeatInterval.TotalMilliseconds,
            LeaseMs = (uint)options.NodeLease.TotalMilliseconds,
        };
        settings.Gateways.Add(session.ToldGateways.Select(gateway => gateway.ToString()));
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
            needed.UnionWith(session.ToldPods[pod.Header.Uid].References);
        }

        foreach (var gone in session.ToldPods.Keys.Where(uid => !here.Contains(uid)).ToList())
        {
            session.ToldPods.Remove(gone);
            changes.RemovedPods.Add(gone);
        }

        AddObjects(session, changes, needed);
        return changes;
    }

    private static void AddPod(AgentSession session, Changes changes, KubeObject pod)
    {
        var uid = pod.Header.Uid;
        var told = session.ToldPods.GetValueOrDefault(uid);
        if (told?.Revision == pod.Revision)
        {
            return;
        }

        var fingerprint = OrderFingerprint.Of(pod);
        if (told?.Fingerprint == fingerprint)
        {
            session.ToldPods[uid] = told with { Revision = pod.Revision };
            return;
        }

        session.ToldPods[uid] = new ToldPod(pod.Revision, fingerprint, PodReferences.Of(pod).Keys);
        changes.Pods.Add(new PodOrder { Uid = uid, Revision = pod.Revision, Pod = UnsafeByteOperations.UnsafeWrap(pod.Document) });
    }

    private void AddObjects(AgentSession session, Changes changes, HashSet<ObjectKey> needed)
    {
        foreach (var key in needed)
        {
            if (cache.Get(key) is { } found && session.ToldObjects.GetValueOrDefault(key.ToString()) != found.Revision)
            {
                session.ToldObjects[key.ToString()] = found.Revision;
                changes.Objects.Add(new ConfigObject { Key = Wire(key), Revision = found.Revision, Document = UnsafeByteOperations.UnsafeWrap(found.Document) });
            }
        }

        foreach (var gone in session.ToldObjects.Keys.Where(key => IsGone(ObjectKey.Parse(key), needed)).ToList())
        {
            session.ToldObjects.Remove(gone);
            changes.RemovedObjects.Add(Wire(ObjectKey.Parse(gone)));
        }
    }

    private bool IsGone(ObjectKey key, HashSet<ObjectKey> needed) => !needed.Contains(key) || cache.Get(key) is null;

    private static ConfigKey Wire(ObjectKey key) => new() { Resource = key.Resource, Namespace = key.Namespace, Name = key.Name };
}
