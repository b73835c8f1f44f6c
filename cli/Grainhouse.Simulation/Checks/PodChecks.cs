using Grainhouse.Interfaces.Objects;
using Grainhouse.Interfaces.Storage;
using Grainhouse.Planning.Pods;

namespace Grainhouse.Simulation.Checks;

/// <summary>The nodes' promises: a pod has one node for life, and no node is over-committed.</summary>
internal sealed class PodChecks(Violations violations, int podMillis, int machineMillis)
{
    private readonly Dictionary<string, string> homes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<string>> onNode = new(StringComparer.Ordinal);

    /// <summary>An object has changed.</summary>
    public void Changed(ObjectChange change)
    {
        if (change.Object.Key.Resource != ResourceCatalog.Pods.QualifiedName)
        {
            return;
        }

        var pod = PodView.Of(change.Object);
        var uid = pod.Header.Uid;
        if (pod.Node.Length == 0)
        {
            return;
        }

        if (homes.TryGetValue(uid, out var home) && home != pod.Node)
        {
            violations.Report($"{change.Object} is bound to {pod.Node}, and was bound to {home}");
        }

        homes[uid] = pod.Node;
        var here = onNode.TryGetValue(pod.Node, out var known) ? known : onNode[pod.Node] = new HashSet<string>(StringComparer.Ordinal);
        if (change.Kind == ChangeKind.Deleted || pod.Ended)
        {
            here.Remove(uid);
        }
        else if (here.Add(uid) && here.Count * podMillis > machineMillis)
        {
            violations.Report($"{pod.Node} is over-committed: {here.Count} pods of {podMillis}m on {machineMillis}m");
        }
    }
}
