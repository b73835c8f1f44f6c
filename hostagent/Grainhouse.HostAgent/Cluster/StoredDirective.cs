using Grainhouse.Interfaces.Agents;

namespace Grainhouse.HostAgent.Cluster;

/// <summary>What all directives so far amount to.</summary>
internal sealed class StoredDirective
{
    private readonly Dictionary<string, PodOrder> pods = new(StringComparer.Ordinal);
    private readonly Dictionary<ConfigKey, ConfigObject> objects = [];
    private Settings? settings;

    /// <summary>Takes one directive; whether it has anything that is kept.</summary>
    public bool Take(NodeDirective directive)
    {
        switch (directive.DirectiveCase)
        {
            case NodeDirective.DirectiveOneofCase.Snapshot:
                return TakeSnapshot(directive.Snapshot);
            case NodeDirective.DirectiveOneofCase.Changes:
                Take(directive.Changes);
                return true;
            case NodeDirective.DirectiveOneofCase.Settings when !directive.Settings.Equals(settings):
                settings = directive.Settings;
                return true;
            default:
                return false;
        }
    }

    /// <summary>All of it as one snapshot.</summary>
    public Snapshot ToSnapshot()
    {
        var snapshot = new Snapshot { Settings = settings };
        snapshot.Pods.Add(pods.Values);
        snapshot.Objects.Add(objects.Values);
        return snapshot;
    }

    private bool TakeSnapshot(Snapshot snapshot)
    {
        // A reconnection brings the same snapshot again: that needs no write.
        var changes = new Changes();
        changes.Pods.Add(snapshot.Pods);
        changes.Objects.Add(snapshot.Objects);
        var same = pods.Count == snapshot.Pods.Count && objects.Count == snapshot.Objects.Count && settings is not null
            && settings.Equals(snapshot.Settings)
            && snapshot.Pods.All(order => pods.TryGetValue(order.Uid, out var known) && known.Revision == order.Revision)
            && snapshot.Objects.All(given => objects.TryGetValue(given.Key, out var known) && known.Revision == given.Revision);
        pods.Clear();
        objects.Clear();
        settings = snapshot.Settings ?? settings;
        Take(changes);
        return !same;
    }

    private void Take(Changes changes)
    {
        foreach (var order in changes.Pods)
        {
            pods[order.Uid] = order;
        }

        foreach (var uid in changes.RemovedPods)
        {
            pods.Remove(uid);
        }

        foreach (var given in changes.Objects)
        {
            objects[given.Key] = given;
        }

        foreach (var key in changes.RemovedObjects)
        {
            objects.Remove(key);
        }
    }
}
