using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning.Deployments;
using Grainhouse.Planning.Documents;
using Grainhouse.Planning.Pods;
using Grainhouse.Planning.ReplicaSets;
using Grainhouse.Planning.Tests.Documents;

namespace Grainhouse.Planning.Tests.Deployments;

/// <summary>One Deployment with its controllers and a node that starts and stops pods, in one thread, in an order that a seed gives.</summary>
internal sealed class RolloutSimulation(Random random)
{
    private ActionFailure? failure;

    public Cluster Cluster { get; } = new() { Strict = true };

    public ObjectKey Key { get; } = Kube.DeploymentKey();

    public KubeObject Deployment => Cluster.Get(Key)!;

    public IReadOnlyCollection<KubeObject> ReplicaSets => Cluster.List("replicasets.apps", "default").Items;

    public IEnumerable<PodView> Pods => Cluster.List("pods", "default").Items.Select(PodView.Of);

    public int MinReadySeconds => Deployment.ToMutable().Object("spec").Int("minReadySeconds");

    public int Total => Pods.Count(pod => pod.Active);

    public int Available => Pods.Count(pod => pod.Active && pod.IsAvailable(MinReadySeconds, Cluster.Now));

    public ReconcilePlan DecideDeployment() => DeploymentReconciler.Decide(DeploymentInput.Gather(Cluster, Key, Cluster.Now, failure)!);

    /// <summary>Runs the Deployment's controller once.</summary>
    public ReconcilePlan StepDeployment()
    {
        var plan = DecideDeployment();
        var refused = Cluster.Do(plan);
        failure = refused is null ? null : new ActionFailure(refused, Cluster.Now, (failure?.Attempts ?? 0) + 1);
        return plan;
    }

    /// <summary>Runs a ReplicaSet's controller once.</summary>
    public bool StepReplicaSet(ObjectKey key)
    {
        if (ReplicaSetInput.Gather(Cluster, key, Cluster.Now, random) is not { } input)
        {
            return false;
        }

        var plan = ReplicaSetReconciler.Decide(input);
        Cluster.Do(plan);
        return plan.Actions.Length > 0;
    }

    /// <summary>Brings one pod a step on its way: bound and running, ready, or gone.</summary>
    public void StepPod(PodView pod)
    {
        if (pod.Deleting)
        {
            Cluster.Remove(pod.Object.Key);
        }
        else if (!pod.Ready)
        {
            SetReady(pod, true);
        }
    }

    public void SetReady(PodView pod, bool ready) => Cluster.Update(pod.Object.Key, document =>
    {
        document["spec"]!["nodeName"] = $"n{random.Next(3)}";
        document["status"] = new JsonObject
        {
            ["phase"] = "Running",
            ["conditions"] = new JsonArray(new JsonObject
            {
                ["type"] = "Ready",
                ["status"] = ready ? "True" : "False",
                ["lastTransitionTime"] = Timestamps.Text(Cluster.Now),
            }),
        };
    });

    /// <summary>Lets everybody act until nothing changes any more. Fails if that takes too long.</summary>
    public void Settle(int rounds = 400)
    {
        var quiet = 0;
        for (var round = 0; round < rounds; round++)
        {
            var revision = Cluster.Revision;
            StepDeployment();
            foreach (var replicaSet in ReplicaSets)
            {
                StepReplicaSet(replicaSet.Key);
            }

            foreach (var pod in Pods.ToList())
            {
                StepPod(pod);
            }

            Cluster.Now = Cluster.Now.AddSeconds(1);
            quiet = Cluster.Revision == revision ? quiet + 1 : 0;
            if (quiet > MinReadySeconds + 1)
            {
                return;
            }
        }

        Assert.Fail($"The rollout did not come to rest: {Deployment.ToMutable()["status"]}");
    }

    public void SetImage(string image) => Cluster.Update(Key, document =>
        document["spec"]!["template"]!["spec"]!["containers"]![0]!["image"] = image);
}
