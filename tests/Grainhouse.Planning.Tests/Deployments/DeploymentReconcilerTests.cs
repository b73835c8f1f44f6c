using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning.Documents;
using Grainhouse.Planning.Tests.Documents;

namespace Grainhouse.Planning.Tests.Deployments;

public sealed class DeploymentReconcilerTests
{
    private const string Revision = "deployment.kubernetes.io/revision";

    private readonly RolloutSimulation run = new(new Random(1));

    [Fact]
    public void Create_MakesAReplicaSetOfTheTemplate()
    {
        run.Cluster.Create(Kube.Deployment().Annotated("kubernetes.io/change-cause", "first").Annotated("kubectl.kubernetes.io/last-applied-configuration", "{}"));

        var create = Assert.Single(run.DecideDeployment().Actions.OfType<ReconcileAction.Create>());

        var metadata = create.Document.Object("metadata");
        var hash = metadata.Map("labels")["pod-template-hash"];
        Assert.Equal($"web-{hash}", create.Key.Name);
        Assert.Matches("^[bcdfghjklmnpqrstvwxz2456789]{1,10}$", hash);
        var spec = create.Document.Object("spec");
        Assert.Equal(hash, spec.Object("selector").Map("matchLabels")["pod-template-hash"]);
        Assert.Equal(hash, spec.Object("template").Object("metadata").Map("labels")["pod-template-hash"]);
        Assert.Equal(3, spec.Int("replicas"));
        var annotations = metadata.Map("annotations");
        Assert.Equal(
            ("1", "3", "4", "first"),
            (annotations[Revision], annotations["deployment.kubernetes.io/desired-replicas"], annotations["deployment.kubernetes.io/max-replicas"],
                annotations["kubernetes.io/change-cause"]));
        Assert.DoesNotContain("kubectl.kubernetes.io/last-applied-configuration", annotations.Keys);
        Assert.Equal(("ScalingReplicaSet", $"Scaled up replica set web-{hash} from 0 to 3"), (create.Done!.Reason, create.Done.Message));
    }

    [Fact]
    public void Complete_StatusIsWhatRolloutStatusWaitsFor()
    {
        run.Cluster.Create(Kube.Deployment());
        run.Settle();

        var status = Status;
        Assert.Equal((3, 3, 3, 3, 0), (status.Int("replicas"), status.Int("updatedReplicas"), status.Int("readyReplicas"), status.Int("availableReplicas"), status.Int("unavailableReplicas")));
        Assert.Equal(run.Deployment.Header.Generation, status.Number("observedGeneration"));
        Assert.Equal(("True", "MinimumReplicasAvailable"), Condition("Available"));
        Assert.Equal(("True", "NewReplicaSetAvailable"), Condition("Progressing"));
        Assert.Equal("1", run.Deployment.Header.Annotations[Revision]);
        Assert.Empty(run.DecideDeployment().Actions);
    }

    [Fact]
    public void Undo_UsesTheOldReplicaSetAgainAsTheNewestRevision()
    {
        run.Cluster.Create(Kube.Deployment());
        run.Settle();
        var first = Assert.Single(run.ReplicaSets);
        run.SetImage("web:2");
        run.Settle();

        // What kubectl sends: the template as Go's types write it.
        var template = run.Cluster.Get(first.Key)!.ToMutable()["spec"]!["template"]!.DeepClone().AsObject();
        template["metadata"]!["labels"]!.AsObject().Remove("pod-template-hash");
        template["metadata"]!["creationTimestamp"] = null;
        template["spec"]!["containers"]![0]!["resources"] = new JsonObject();
        template["spec"]!["securityContext"] = new JsonObject();
        run.Cluster.Update(run.Key, document => document["spec"]!["template"] = template);
        run.Settle();

        Assert.Equal(2, run.ReplicaSets.Count);
        var again = run.Cluster.Get(first.Key)!;
        Assert.Equal(("3", "1"), (again.Header.Annotations[Revision], again.Header.Annotations["deployment.kubernetes.io/revision-history"]));
        Assert.Equal("3", run.Deployment.Header.Annotations[Revision]);
        Assert.All(run.Pods, pod => Assert.Equal(first.Header.Uid, pod.Header.Controller!.Uid));
    }

    [Fact]
    public void Template_QuantityInAnotherUnit_IsTheSameTemplate()
    {
        run.Cluster.Create(Kube.Deployment());
        run.Cluster.Update(run.Key, document => document["spec"]!["template"]!["spec"]!["containers"]![0]!["resources"] = Kube.Json("""{ "limits": { "cpu": "0.5" } }"""));
        run.Settle();

        run.Cluster.Update(run.Key, document => document["spec"]!["template"]!["spec"]!["containers"]![0]!["resources"]!["limits"]!["cpu"] = "500m");
        run.Settle();

        Assert.Single(run.ReplicaSets);
    }

    [Fact]
    public void Paused_TemplateChangeWaitsAndScaleDoesNot()
    {
        run.Cluster.Create(Kube.Deployment());
        run.Settle();
        run.Cluster.Update(run.Key, document => document["spec"]!["paused"] = true);
        run.SetImage("web:2");
        run.Cluster.Update(run.Key, document => document["spec"]!["replicas"] = 5);
        run.Settle();

        Assert.Single(run.ReplicaSets);
        Assert.Equal(5, run.Total);
        Assert.Equal(("Unknown", "DeploymentPaused"), Condition("Progressing"));

        run.Cluster.Update(run.Key, document => document["spec"]!.AsObject().Remove("paused"));
        run.StepDeployment();
        Assert.Equal(2, run.ReplicaSets.Count);
        run.Settle();
        Assert.Equal(("True", "NewReplicaSetAvailable"), Condition("Progressing"));
    }

    [Fact]
    public void Resumed_WithoutAChange_SaysSo()
    {
        run.Cluster.Create(Kube.Deployment());
        run.Settle();
        run.Cluster.Update(run.Key, document => document["spec"]!["paused"] = true);
        run.StepDeployment();
        run.Cluster.Update(run.Key, document => document["spec"]!["paused"] = false);

        var plan = run.DecideDeployment();

        // Complete as it is, it goes on to Available at once; the resumption restarted the clock.
        Assert.Single(plan.Actions);
        run.Cluster.Do(plan);
        Assert.Equal("NewReplicaSetAvailable", Condition("Progressing").Reason);
    }

    [Fact]
    public void ScaledInTheMiddle_SharesInProportion()
    {
        run.Cluster.Create(Kube.Deployment(replicas: 10));
        run.Settle();
        run.SetImage("web:2");
        run.StepDeployment();
        foreach (var replicaSet in run.ReplicaSets)
        {
            run.StepReplicaSet(replicaSet.Key);
        }

        // 25 % of 10: three more and two fewer. New 3 (or what the first step allowed), old 8 to 10.
        var before = run.ReplicaSets.Sum(Size);
        run.Cluster.Update(run.Key, document => document["spec"]!["replicas"] = 20);
        run.StepDeployment();

        Assert.Equal(25, run.ReplicaSets.Sum(Size));
        Assert.True(run.ReplicaSets.All(replicaSet => Size(replicaSet) > 3), $"{before} before");
        run.Settle();
        Assert.Equal((20, 20), (run.Total, Status.Int("updatedReplicas")));
    }

    [Fact]
    public void Recreate_StartsNothingNewBeforeTheOldIsGone()
    {
        var document = Kube.Deployment();
        document["spec"]!["strategy"] = new JsonObject { ["type"] = "Recreate" };
        run.Cluster.Create(document);
        run.Settle();
        run.SetImage("web:2");
        for (var i = 0; i < 5; i++)
        {
            run.StepDeployment();
            foreach (var replicaSet in run.ReplicaSets)
            {
                run.StepReplicaSet(replicaSet.Key);
            }
        }

        // All are being stopped and none is counted, yet they still run.
        Assert.Equal((0, 3), (run.Total, run.Pods.Count()));
        Assert.Single(run.ReplicaSets);

        run.Settle();
        Assert.Equal((3, 2), (run.Available, run.ReplicaSets.Count));
    }

    [Fact]
    public void Stuck_TimesOutAndSaysSoAtTheDeadline()
    {
        var document = Kube.Deployment();
        document["spec"]!["progressDeadlineSeconds"] = 60;
        run.Cluster.Create(document);
        Work();

        var wakeAt = run.DecideDeployment().WakeAt;
        Assert.Equal(Kube.Start.AddSeconds(60), wakeAt);
        run.Cluster.Now = wakeAt!.Value;
        Work();

        Assert.Equal(("False", "ProgressDeadlineExceeded"), Condition("Progressing"));
        Assert.Equal(("False", "MinimumReplicasUnavailable"), Condition("Available"));
        Assert.Empty(run.DecideDeployment().Actions);
    }

    [Fact]
    public void History_IsKeptToItsLimit()
    {
        var document = Kube.Deployment();
        document["spec"]!["revisionHistoryLimit"] = 2;
        run.Cluster.Create(document);
        for (var i = 2; i < 8; i++)
        {
            run.Settle();
            run.SetImage($"web:{i}");
        }

        run.Settle();

        Assert.Equal(["5", "6", "7"], run.ReplicaSets.Select(replicaSet => replicaSet.Header.Annotations[Revision]).Order());
    }

    [Fact]
    public void NameTaken_CountsACollisionAndTakesAnother()
    {
        run.Cluster.Create(Kube.Deployment());
        var name = run.DecideDeployment().Actions.OfType<ReconcileAction.Create>().Single().Key.Name;
        var other = Kube.ReplicaSet(name, replicas: 0);
        OwnerReferences.Add(other, OwnerReferences.Controller(ResourceCatalog.Deployments, "other", "uid-other"));
        run.Cluster.Create(other);

        run.Settle();

        Assert.Equal(1, Status.Int("collisionCount"));
        Assert.Equal(3, run.Available);
        Assert.Equal(2, run.ReplicaSets.Count);
    }

    [Fact]
    public void Refused_SaysSoAndComesBack()
    {
        run.Cluster.Create(Kube.Deployment());
        run.Cluster.Refuse = key => key.Resource == "replicasets.apps" ? new ApiStatus(403, "Forbidden", "no quota") : null;
        run.StepDeployment();

        var plan = run.StepDeployment();

        Assert.Equal(("False", "ReplicaSetCreateError"), Condition("Progressing"));
        Assert.NotNull(plan.WakeAt);
        Assert.Contains(run.Cluster.Events, told => told.Reason == "ReplicaSetCreateError" && told.Message.EndsWith("no quota", StringComparison.Ordinal));
        run.Cluster.Refuse = _ => null;
        run.Cluster.Now = plan.WakeAt!.Value;
        run.Settle();
        Assert.Equal(3, run.Available);
    }

    [Fact]
    public void Orphan_ThatMatches_IsAdopted()
    {
        run.Cluster.Create(Kube.Deployment(replicas: 1));
        run.Settle();
        var replicaSet = Assert.Single(run.ReplicaSets);
        run.Cluster.Update(replicaSet.Key, document => document["metadata"]!.AsObject().Remove("ownerReferences"));

        run.Settle();

        Assert.Equal("uid-web", Assert.Single(run.ReplicaSets).Header.Controller!.Uid);
    }

    [Fact]
    public void Deleted_OnlyTheStatusIsWritten()
    {
        run.Cluster.Create(Kube.Deployment());
        run.Settle();
        run.Cluster.Update(run.Key, document =>
        {
            document.Deleting();
            document["metadata"]!["finalizers"] = new JsonArray("foregroundDeletion");
            document["spec"]!["template"]!["spec"]!["containers"]![0]!["image"] = "web:2";
        });

        Assert.DoesNotContain(run.DecideDeployment().Actions, action => action is not ReconcileAction.Replace { Subresource: "status" });
    }

    [Fact]
    public void Restless_RandomChangesAndFailures_ComeToRestAsAsked()
    {
        for (var seed = 0; seed < 25; seed++)
        {
            Play(seed);
        }
    }

    private static void Play(int seed)
    {
        var random = new Random(seed);
        var world = new RolloutSimulation(random);
        world.Cluster.Create(Kube.Deployment(replicas: 3));
        for (var step = 0; step < 200; step++)
        {
            switch (random.Next(12))
            {
                case 0:
                    world.SetImage($"web:{random.Next(4)}");
                    break;
                case 1:
                    world.Cluster.Update(world.Key, document => document["spec"]!["replicas"] = random.Next(7));
                    break;
                case 2:
                    world.Cluster.Update(world.Key, document => document["spec"]!["paused"] = random.Next(2) == 0);
                    break;
                case 3 when world.Pods.ToList() is { Count: > 0 } pods:
                    world.SetReady(pods[random.Next(pods.Count)], false);
                    break;
                case 4 when world.Pods.ToList() is { Count: > 0 } pods:
                    world.Cluster.Remove(pods[random.Next(pods.Count)].Object.Key);
                    break;
                case 5 or 6 when world.Pods.ToList() is { Count: > 0 } pods:
                    world.StepPod(pods[random.Next(pods.Count)]);
                    break;
                case 7 or 8 when world.ReplicaSets.ToList() is { Count: > 0 } replicaSets:
                    world.StepReplicaSet(replicaSets[random.Next(replicaSets.Count)].Key);
                    break;
                default:
                    world.StepDeployment();
                    break;
            }
        }

        world.Cluster.Update(world.Key, document => document["spec"]!["paused"] = false);
        world.Settle();
        var wanted = world.Deployment.ToMutable().Object("spec").Int("replicas");
        Assert.True(world.Total == wanted && world.Available == wanted, $"seed {seed}: {world.Total} of {wanted}");
        Assert.Equal(wanted, world.Deployment.ToMutable().Object("status").Int("updatedReplicas"));
    }

    private JsonObject Status => run.Deployment.ToMutable().Object("status")!;

    private (string? Status, string? Reason) Condition(string type)
    {
        var condition = ConditionList.Find(Status.Array("conditions"), type);
        return (condition.Text("status"), condition.Text("reason"));
    }

    private static int Size(KubeObject replicaSet) => replicaSet.ToMutable().Object("spec").Int("replicas");

    /// <summary>The controllers work; no pod ever becomes ready.</summary>
    private void Work()
    {
        for (var i = 0; i < 5; i++)
        {
            run.StepDeployment();
            foreach (var replicaSet in run.ReplicaSets)
            {
                run.StepReplicaSet(replicaSet.Key);
            }
        }
    }
}
