using System.Collections.Immutable;
using Grainhouse.Interfaces.Grains;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning.Documents;
using Grainhouse.Planning.Pods;

namespace Grainhouse.Planning.ReplicaSets;

/// <summary>Keeps as many pods of a template as a ReplicaSet asks for, as upstream's ReplicaSet controller does.</summary>
public static class ReplicaSetReconciler
{
    /// <summary>The most pods that one plan makes or deletes (upstream's burst): the rest follows at the next look, which is at once.</summary>
    public const int Burst = 500;

    internal const string Component = "replicaset-controller";

    /// <summary>Decides what to do now.</summary>
    public static ReconcilePlan Decide(ReplicaSetInput input)
    {
        var replicaSet = input.ReplicaSet;
        var view = ReplicaSetView.Of(replicaSet);
        var actions = ImmutableArray.CreateBuilder<ReconcileAction>();
        var pods = PodClaims.Claim(replicaSet, view.Selector, input.Pods, actions);
        DateTimeOffset? wakeAt = null;
        if (replicaSet.Header.DeletionTimestamp is null)
        {
            wakeAt = pods.Count < view.Replicas ? CreatePods(input, view, pods, actions)
                : pods.Count > view.Replicas ? DeletePods(input, view, pods, actions)
                : null;
        }

        if (ReplicaSetStatus.Update(input, view, pods) is { } status)
        {
            actions.Add(status);
        }

        return new ReconcilePlan(actions.ToImmutable(), Earlier(wakeAt, NextAvailable(pods, view.MinReadySeconds, input.Now)));
    }

    private static DateTimeOffset? CreatePods(
        ReplicaSetInput input, ReplicaSetView view, List<PodView> pods, ImmutableArray<ReconcileAction>.Builder actions)
    {
        if (input.Failure is { } failure && failure.RetryAt > input.Now)
        {
            return failure.RetryAt;
        }

        // After a refusal one pod tries for all: a full quota is asked once, not five hundred times.
        var missing = view.Replicas - pods.Count;
        var batch = input.Failure is not null ? 1 : Math.Min(missing, Burst);
        var taken = new HashSet<string>(pods.Count + batch, StringComparer.Ordinal);
        foreach (var pod in input.Pods)
        {
            taken.Add(pod.Key.Name);
        }

        var template = new PodFromTemplate(input.ReplicaSet, view.Template);
        for (var made = 0; made < batch;)
        {
            var name = SafeNames.Generate(template.GenerateName, input.Random);
            if (taken.Add(name))
            {
                actions.Add(Create(input.ReplicaSet, template, name));
                made++;
            }
        }

        return batch < missing ? input.Now : null;
    }

    private static ReconcileAction.Create Create(KubeObject replicaSet, PodFromTemplate template, string name) =>
        new(ResourceCatalog.Pods.Key(replicaSet.Key.Namespace, name), template.Make(name))
        {
            Done = Event(replicaSet, "Normal", "SuccessfulCreate", $"Created pod: {name}"),
            Failed = Event(replicaSet, "Warning", "FailedCreate", "Error creating: "),
        };

    private static DateTimeOffset? DeletePods(
        ReplicaSetInput input, ReplicaSetView view, List<PodView> pods, ImmutableArray<ReconcileAction>.Builder actions)
    {
        var surplus = pods.Count - view.Replicas;
        var batch = Math.Min(surplus, Burst);
        foreach (var pod in DeletionRanking.First(pods, batch, input.PodsByNode, view.MinReadySeconds, input.Now))
        {
            actions.Add(new ReconcileAction.Delete(pod.Object.Key, pod.Header.Uid, new DeletionOptions { Uid = pod.Header.Uid })
            {
                Done = Event(input.ReplicaSet, "Normal", "SuccessfulDelete", $"Deleted pod: {pod.Name}"),
                Failed = Event(input.ReplicaSet, "Warning", "FailedDelete", "Error deleting: "),
            });
        }

        return batch < surplus ? input.Now : null;
    }

    private static EventDraft Event(KubeObject replicaSet, string type, string reason, string message) =>
        new(replicaSet.Key, replicaSet.Header.Uid, "", Component, type, reason, message);

    private static DateTimeOffset? NextAvailable(List<PodView> pods, int minReadySeconds, DateTimeOffset now)
    {
        DateTimeOffset? next = null;
        if (minReadySeconds > 0)
        {
            foreach (var pod in pods)
            {
                if (pod.Ready && pod.ReadySince is { } since && since.AddSeconds(minReadySeconds) is var at && at > now)
                {
                    next = Earlier(next, at);
                }
            }
        }

        return next;
    }

    private static DateTimeOffset? Earlier(DateTimeOffset? one, DateTimeOffset? other) =>
        one is null ? other : other is null || one < other ? one : other;
}
