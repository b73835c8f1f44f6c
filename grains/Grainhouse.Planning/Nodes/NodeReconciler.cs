using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning.Documents;
using Grainhouse.Planning.Pods;

namespace Grainhouse.Planning.Nodes;

/// <summary>Keeps a Node object as its agent reports it, says when it is lost, taints it, evicts what does not tolerate that, and ends what a deleted one leaves.</summary>
public static class NodeReconciler
{
    private const string Component = "node-controller";

    /// <summary>Decides what to do now.</summary>
    /// <remarks>
    /// The end of the lease is not among the times to wake at: each heartbeat moves it. Whoever keeps the time of the last one
    /// asks again when <see cref="NodeInput.Lost"/> turns.
    /// </remarks>
    public static ReconcilePlan Decide(NodeInput input)
    {
        if (input.Node is not { } node)
        {
            return input.Report is null || input.Lost ? OrphanedPods.Decide(input) : new ReconcilePlan([Register(input, input.Report)]);
        }

        if (node.Header.DeletionTimestamp is not null)
        {
            return ReconcilePlan.Nothing;
        }

        var actions = ImmutableArray.CreateBuilder<ReconcileAction>();
        var document = node.ToMutable();
        if (Update(input, node, document) is { } update)
        {
            // The write wakes this reconciler again, which then sees the taints that the new conditions ask for.
            actions.Add(update);
        }

        if (!input.HasLease && !input.Lost && input.Report is not null)
        {
            actions.Add(NodeLease.Create(input, node));
        }

        var ready = ConditionList.Find(document.Object("status").Array("conditions"), "Ready").Text("status");
        if (ready != "True" && (input.Lost || ready == "False"))
        {
            TakePodsOutOfService(input, actions);
        }

        var wakeAt = NodeEviction.Decide(input, document, actions);
        return new ReconcilePlan(actions.ToImmutable(), wakeAt);
    }

    private static ReconcileAction.Create Register(NodeInput input, NodeSelfReport report)
    {
        var key = ResourceCatalog.Nodes.Key(null, input.Name);
        return new ReconcileAction.Create(key, new JsonObject
        {
            ["apiVersion"] = ResourceCatalog.Nodes.ApiVersion,
            ["kind"] = ResourceCatalog.Nodes.Kind,
            ["metadata"] = new JsonObject
            {
                ["name"] = input.Name,
                ["labels"] = report.Labels.OrderBy(label => label.Key, StringComparer.Ordinal).ToJson(),
            },
            ["spec"] = new JsonObject(),
            ["status"] = NodeConditions.Merge(null, report.Status, input.Now),
        });
    }

    /// <summary>One write at a time: the status first, then labels and taints. Changes the document to what it will be.</summary>
    private static ReconcileAction.Replace? Update(NodeInput input, KubeObject node, JsonObject document)
    {
        var stored = document.Object("status");
        var before = ConditionList.Find(stored.Array("conditions"), "Ready").Text("status");
        var status = input.Lost ? NodeConditions.MarkUnknown(stored, input.Now)
            : input.Report is { } report ? NodeConditions.Merge(stored, report.Status, input.Now)
            : stored;
        if (status is not null && !JsonNode.DeepEquals(stored, status))
        {
            document["status"] = status;
            var after = ConditionList.Find(status.Array("conditions"), "Ready").Text("status");
            return new ReconcileAction.Replace(node.Key, node.Revision, document.DeepClone().AsObject(), "status")
            {
                Done = before == after ? null : ReadinessEvent(node, after),
            };
        }

        var changed = !input.Lost && input.Report is { } news && SetLabels(document, news.Labels);
        changed |= NodeTaints.Set(document, input);
        return changed ? new ReconcileAction.Replace(node.Key, node.Revision, document.DeepClone().AsObject()) : null;
    }

    private static EventDraft ReadinessEvent(KubeObject node, string? ready)
    {
        var reason = ready == "True" ? "NodeReady" : "NodeNotReady";
        return new EventDraft(node.Key, node.Header.Uid, "", Component, "Normal", reason, $"Node {node.Key.Name} status is now: {reason}");
    }

    private static bool SetLabels(JsonObject document, ImmutableSortedDictionary<string, string> labels)
    {
        var changed = false;
        foreach (var (name, value) in labels)
        {
            var stored = document.Child("metadata").Child("labels");
            if (stored.Text(name) != value)
            {
                stored[name] = value;
                changed = true;
            }
        }

        return changed;
    }

    private static void TakePodsOutOfService(NodeInput input, ImmutableArray<ReconcileAction>.Builder actions)
    {
        foreach (var pod in input.Pods)
        {
            if (PodLoss.MarkNotReady(pod, input.Now) is { } mark)
            {
                actions.Add(mark);
            }
        }
    }
}
