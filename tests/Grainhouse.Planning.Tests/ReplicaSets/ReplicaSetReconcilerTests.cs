using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning.Documents;
using Grainhouse.Planning.ReplicaSets;
using Grainhouse.Planning.Tests.Documents;

namespace Grainhouse.Planning.Tests.ReplicaSets;

public sealed class ReplicaSetReconcilerTests
{
    private static readonly DateTimeOffset Now = Kube.Start.AddHours(1);

    [Fact]
    public void Decide_NoPods_CreatesThemFromTheTemplate()
    {
        var plan = Decide(Kube.ReplicaSet(replicas: 3).Stored());

        var created = plan.Actions.OfType<ReconcileAction.Create>().ToList();
        Assert.Equal(3, created.Count);
        var document = created[0].Document;
        var metadata = document.Object("metadata");
        Assert.Matches("^web-1-[bcdfghjklmnpqrstvwxz2456789]{5}$", metadata.Text("name"));
        Assert.Equal("web-1-", metadata.Text("generateName"));
        Assert.Equal("web-1", metadata.Map("labels")["app"]);
        Assert.Equal("a", metadata.Map("annotations")["note"]);
        var owner = metadata!["ownerReferences"]![0]!.AsObject();
        Assert.Equal(("ReplicaSet", "web-1", "uid-web-1"), (owner.Text("kind"), owner.Text("name"), owner.Text("uid")));
        Assert.True(owner.Flag("controller") && owner.Flag("blockOwnerDeletion"));
        Assert.Equal("web:1", (string?)document["spec"]!["containers"]![0]!["image"]);
        Assert.Equal(("SuccessfulCreate", $"Created pod: {created[0].Key.Name}"), (created[0].Done!.Reason, created[0].Done!.Message));
        Assert.Equal(3, created.Select(action => action.Key.Name).Distinct().Count());
    }

    [Fact]
    public void Decide_AllThere_WritesTheStatusOnceAndThenNothing()
    {
        var replicaSet = Kube.ReplicaSet(replicas: 2);
        KubeObject[] pods = [Kube.Pod("a", readySince: Kube.Start).Stored(), Kube.Pod("b").Stored()];

        var write = Assert.IsType<ReconcileAction.Replace>(Assert.Single(Decide(replicaSet.Stored(), pods).Actions));

        Assert.Equal("status", write.Subresource);
        var status = write.Document.Object("status");
        Assert.Equal((2, 2, 1, 1, 1), (status.Int("replicas"), status.Int("fullyLabeledReplicas"), status.Int("readyReplicas"),
            status.Int("availableReplicas"), status.Int("observedGeneration")));
        Assert.Empty(Decide(write.Document.Stored(2), pods).Actions);
    }

    [Fact]
    public void Decide_TerminatingOrEndedPods_AreReplaced()
    {
        KubeObject[] pods =
        [
            Kube.Pod("a", readySince: Kube.Start).Deleting().Stored(), Kube.Pod("b", phase: "Failed").Stored(),
            Kube.Pod("c", phase: "Succeeded").Stored(), Kube.Pod("d", readySince: Kube.Start).Stored(),
        ];

        var plan = Decide(Kube.ReplicaSet(replicas: 2).Stored(), pods);

        Assert.Single(plan.Actions.OfType<ReconcileAction.Create>());
        Assert.Empty(plan.Actions.OfType<ReconcileAction.Delete>());
    }

    [Fact]
    public void Decide_OrphanThatMatches_IsAdoptedAndCounts()
    {
        var plan = Decide(Kube.ReplicaSet(replicas: 1).Stored(), Kube.Pod("a", owner: null).Stored(7));

        var adoption = plan.Actions.OfType<ReconcileAction.Replace>().First();
        Assert.Equal((Kube.PodKey("a"), 7), (adoption.Key, adoption.Revision));
        Assert.Equal("uid-web-1", (string?)adoption.Document["metadata"]!["ownerReferences"]![0]!["uid"]);
        Assert.Empty(plan.Actions.OfType<ReconcileAction.Create>());
    }

    [Fact]
    public void Decide_OwnedPodThatNoLongerMatches_IsReleasedAndReplaced()
    {
        var plan = Decide(Kube.ReplicaSet(replicas: 1).Stored(), Kube.Pod("a", labels: """{ "app": "debug" }""").Stored());

        var release = plan.Actions.OfType<ReconcileAction.Replace>().First();
        Assert.Null(release.Document["metadata"]!["ownerReferences"]);
        Assert.Single(plan.Actions.OfType<ReconcileAction.Create>());
    }

    [Fact]
    public void Decide_PodOfAnotherController_IsLeftAlone()
    {
        var plan = Decide(Kube.ReplicaSet(replicas: 1).Stored(), Kube.Pod("a", owner: "other").Stored());

        Assert.Equal(2, plan.Actions.Length);
        Assert.IsType<ReconcileAction.Create>(plan.Actions[0]);
    }

    [Fact]
    public void Decide_WhileDeleted_TouchesNoPods()
    {
        var plan = Decide(Kube.ReplicaSet(replicas: 3).Deleting().Stored(), Kube.Pod("a", owner: null).Stored());

        Assert.DoesNotContain(plan.Actions, action => action is not ReconcileAction.Replace { Subresource: "status" });
    }

    [Fact]
    public void Decide_CreationRefused_SaysSoAndWaitsThenTriesOne()
    {
        var refused = new ApiStatus(403, "Forbidden", "exceeded quota");
        var replicaSet = Kube.ReplicaSet(replicas: 3).Stored();

        var waiting = Decide(replicaSet, Now, new ActionFailure(refused, Now.AddSeconds(-1), Attempts: 3));
        var trying = Decide(replicaSet, Now, new ActionFailure(refused, Now.AddSeconds(-4), Attempts: 3));

        var status = Assert.IsType<ReconcileAction.Replace>(Assert.Single(waiting.Actions)).Document.Object("status");
        var condition = ConditionList.Find(status.Array("conditions"), "ReplicaFailure");
        Assert.Equal(("True", "FailedCreate", "exceeded quota"), (condition.Text("status"), condition.Text("reason"), condition.Text("message")));
        Assert.Equal(Now.AddSeconds(3), waiting.WakeAt);
        var create = Assert.Single(trying.Actions.OfType<ReconcileAction.Create>());
        Assert.Equal("FailedCreate", create.Failed!.Reason);
    }

    [Fact]
    public void Decide_MinReadySeconds_WakesWhenAPodBecomesAvailable()
    {
        var replicaSet = Kube.ReplicaSet(replicas: 1);
        replicaSet["spec"]!["minReadySeconds"] = 10;

        var plan = Decide(replicaSet.Stored(), Kube.Pod("a", readySince: Now.AddSeconds(-4)).Stored());

        Assert.Equal(Now.AddSeconds(6), plan.WakeAt);
        Assert.Null(((ReconcileAction.Replace)plan.Actions[0]).Document["status"]!["availableReplicas"]);
    }

    [Fact]
    public void Decide_ManyMissing_MakesABurstAndComesBackAtOnce()
    {
        var plan = Decide(Kube.ReplicaSet(replicas: 5000).Stored());

        Assert.Equal(ReplicaSetReconciler.Burst, plan.Actions.OfType<ReconcileAction.Create>().Count());
        Assert.Equal(Now, plan.WakeAt);
    }

    private static ReconcilePlan Decide(KubeObject replicaSet, params KubeObject[] pods) => Decide(replicaSet, Now, null, pods);

    private static ReconcilePlan Decide(KubeObject replicaSet, DateTimeOffset now, ActionFailure? failure, params KubeObject[] pods) =>
        ReplicaSetReconciler.Decide(new ReplicaSetInput { ReplicaSet = replicaSet, Pods = pods, Now = now, Random = new Random(1), Failure = failure });
}
