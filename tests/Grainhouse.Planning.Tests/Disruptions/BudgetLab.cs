using System.Text;
using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Grains;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning.Disruptions;
using Grainhouse.Planning.Documents;
using Grainhouse.Planning.Objects;
using Grainhouse.Planning.Pods;
using Grainhouse.Planning.Tests.Documents;

namespace Grainhouse.Planning.Tests.Disruptions;

/// <summary>A budget over the pods of the ReplicaSet <c>web-1</c>, its reconciler, and evictions, without grains.</summary>
internal sealed class BudgetLab
{
    public static readonly ObjectKey Key = ResourceCatalog.PodDisruptionBudgets.Key("default", "web");

    public Cluster Cluster { get; } = new() { Strict = true };

    public JsonObject Status => Cluster.Get(Key)!.ToMutable().Object("status")!;

    public (long Expected, long Desired, long Healthy, long Allowed) Counts =>
        (Status.Number("expectedPods")!.Value, Status.Number("desiredHealthy")!.Value, Status.Number("currentHealthy")!.Value, Status.Number("disruptionsAllowed")!.Value);

    public JsonObject Condition => ConditionList.Find(Status.Array("conditions"), "DisruptionAllowed")!;

    public KubeObject Budget(string spec) => Cluster.Create(Kube.Json($$"""
        {
          "apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": { "name": "web", "namespace": "default" },
          "spec": { "selector": { "matchLabels": { "app": "web-1" } }, {{spec}} }
        }
        """));

    public void ReplicaSet(int replicas, int ready)
    {
        Cluster.Seed(Kube.ReplicaSet(replicas: replicas));
        for (var i = 0; i < replicas; i++)
        {
            Cluster.Seed(Kube.Pod($"p{i}", readySince: i < ready ? Kube.Start : null));
        }
    }

    public ReconcilePlan Decide() => DisruptionReconciler.Decide(DisruptionInput.Gather(Cluster, Key, Cluster.Now)!);

    public void Reconcile() => Cluster.Do(Decide());

    /// <summary>Asks the budget for a disruption and, if that is given, keeps it.</summary>
    public ApiStatus? Claim(string pod)
    {
        var budget = Cluster.Get(Key)!;
        var question = DisruptionClaim.Ask(pod, PodView.Of(Cluster.Get(Kube.PodKey(pod))!).Ready);
        var decision = ObjectRules.Update(
            ResourceCatalog.PodDisruptionBudgets, budget, Encoding.UTF8.GetBytes(question.ToJsonString()),
            new WriteOptions { Subresource = DisruptionClaim.Subresource }, new RuleContext(Cluster.Now, "unused"));
        if (decision is WriteDecision.Commit commit)
        {
            Cluster.Replace(Key, commit.Object.ToMutable());
        }

        return (decision as WriteDecision.Reject)?.Error;
    }

    public void MarkDeleted(string pod) => Cluster.Replace(Kube.PodKey(pod), Cluster.Get(Kube.PodKey(pod))!.ToMutable().Deleting());
}
