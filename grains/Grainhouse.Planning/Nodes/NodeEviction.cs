using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Grains;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning.Documents;
using Grainhouse.Planning.Pods;
using Grainhouse.Planning.Scheduling;

namespace Grainhouse.Planning.Nodes;

/// <summary>Deletes the pods that do not tolerate a node's NoExecute taints, at once or when their patience ends.</summary>
internal static class NodeEviction
{
    /// <summary>How long a pod that says nothing of it bears a node that is not ready or not reachable: upstream's DefaultTolerationSeconds.</summary>
    private const long DefaultSeconds = 300;

    /// <summary>Adds the deletions that are due. Returns when the next one is; null if none is in sight.</summary>
    public static DateTimeOffset? Decide(NodeInput input, JsonObject node, ImmutableArray<ReconcileAction>.Builder actions)
    {
        var taints = Evicting(node, input);
        DateTimeOffset? next = null;
        if (taints.Count == 0)
        {
            return next;
        }

        foreach (var pod in input.Pods)
        {
            var view = PodView.Of(pod);
            if (view.Active && EvictionTime(pod.View(TolerationView.Reader), taints) is { } at)
            {
                if (at <= input.Now)
                {
                    actions.Add(Evict(pod));
                }
                else if (next is null || at < next)
                {
                    next = at;
                }
            }
        }

        return next;
    }

    /// <summary>The earliest moment at which a taint drives the pod out; null if it tolerates all of them for good.</summary>
    private static DateTimeOffset? EvictionTime(TolerationView pod, List<(Taint Taint, DateTimeOffset Since)> taints)
    {
        DateTimeOffset? earliest = null;
        foreach (var (taint, since) in taints)
        {
            if (pod.SecondsOf(taint) is { } seconds && since.AddSeconds(seconds) is var at && (earliest is null || at < earliest))
            {
                earliest = at;
            }
        }

        return earliest;
    }

    private static ReconcileAction.Delete Evict(KubeObject pod) =>
        new(pod.Key, pod.Header.Uid, new DeletionOptions { Uid = pod.Header.Uid })
        {
            Done = new EventDraft(
                pod.Key, pod.Header.Uid, "", "taint-eviction-controller", "Normal", "TaintManagerEviction",
                $"Marking for deletion Pod {pod.Key.Namespace}/{pod.Key.Name}"),
        };

    private static List<(Taint Taint, DateTimeOffset Since)> Evicting(JsonObject node, NodeInput input)
    {
        var taints = new List<(Taint, DateTimeOffset)>();
        foreach (var item in node.Object("spec").Array("taints") ?? [])
        {
            if (item is JsonObject taint && taint.Text("effect") == Taint.NoExecute && !(input.OthersLost && taint.Text("key") == NodeTaints.Unreachable))
            {
                taints.Add((new Taint(taint.Text("key") ?? "", taint.Text("value") ?? "", Taint.NoExecute), taint.Time("timeAdded") ?? DateTimeOffset.MinValue));
            }
        }

        return taints;
    }

    /// <summary>A pod's tolerations, read once per revision.</summary>
    private sealed class TolerationView
    {
        public static readonly Func<KubeObject, TolerationView> Reader = pod => new TolerationView(pod);

        private readonly List<(Toleration Toleration, long? Seconds)> tolerations = [];

        private TolerationView(KubeObject pod)
        {
            using var parsed = JsonDocument.Parse(pod.Document);
            foreach (var item in Json.Items(Json.Child(parsed.RootElement, "spec"), "tolerations"))
            {
                var seconds = Json.Child(item, "tolerationSeconds");
                tolerations.Add((Toleration.Read(item), seconds.ValueKind == JsonValueKind.Number && seconds.TryGetInt64(out var value) ? Math.Max(0, value) : null));
            }
        }

        /// <summary>How long the pod bears a taint; null for ever. Of several tolerations the least patient counts.</summary>
        public long? SecondsOf(in Taint taint)
        {
            var tolerated = false;
            long? least = null;
            foreach (var (toleration, seconds) in tolerations)
            {
                if (toleration.Tolerates(taint))
                {
                    tolerated = true;
                    least = seconds is { } bound && (least is null || bound < least) ? bound : least;
                }
            }

            return tolerated ? least : taint.Key is NodeTaints.NotReady or NodeTaints.Unreachable ? DefaultSeconds : 0;
        }
    }
}
