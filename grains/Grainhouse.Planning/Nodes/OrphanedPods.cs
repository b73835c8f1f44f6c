using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Grains;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning.Documents;
using Grainhouse.Planning.Pods;

namespace Grainhouse.Planning.Nodes;

/// <summary>Ends the pods of a node whose Node object is gone: nobody else ever would. After upstream's podgc.</summary>
internal static class OrphanedPods
{
    /// <summary>How long a Node must have been gone: one that is deleted and made again keeps its pods. Upstream's quarantineTime.</summary>
    private static readonly TimeSpan Quarantine = TimeSpan.FromSeconds(40);

    /// <summary>Decides what to do with the pods of a node that has no Node object and no agent that would register one.</summary>
    public static ReconcilePlan Decide(NodeInput input)
    {
        if (input.Pods.IsEmpty)
        {
            return ReconcilePlan.Nothing;
        }

        var due = (input.OrphanedSince ?? input.Now) + Quarantine;
        if (input.Now < due)
        {
            return new ReconcilePlan([], due);
        }

        var actions = ImmutableArray.CreateBuilder<ReconcileAction>();
        foreach (var pod in input.Pods)
        {
            if (!PodView.Of(pod).Ended)
            {
                actions.Add(Fail(pod, input.Now));
            }
        }

        // No agent will ever report that they have ended, so nobody is waited for.
        actions.AddRange(input.Pods.Select(pod =>
            new ReconcileAction.Delete(pod.Key, pod.Header.Uid, new DeletionOptions { Uid = pod.Header.Uid, GracePeriodSeconds = 0 })));
        return new ReconcilePlan(actions.ToImmutable());
    }

    private static ReconcileAction.Replace Fail(KubeObject pod, DateTimeOffset now)
    {
        var document = pod.ToMutable();
        var status = document.Child("status");
        var conditions = status.Array("conditions") ?? [];
        ConditionList.Set(conditions, "DisruptionTarget", "True", "DeletionByPodGC", "PodGC: node no longer exists", now);
        status["phase"] = PodPhases.Failed;
        if (conditions.Parent is null)
        {
            status["conditions"] = conditions;
        }

        return new ReconcileAction.Replace(pod.Key, pod.Revision, document, "status");
    }
}
