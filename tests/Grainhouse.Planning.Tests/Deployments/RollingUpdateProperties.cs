using System.Text.Json.Nodes;
using Grainhouse.Planning.Deployments;
using Grainhouse.Planning.Documents;
using Grainhouse.Planning.Tests.Documents;

namespace Grainhouse.Planning.Tests.Deployments;

public sealed class RollingUpdateProperties
{
    [Fact]
    public void RollingUpdate_AnyInterleaving_KeepsFloorAndCeilingAndConverges()
    {
        for (var seed = 0; seed < 80; seed++)
        {
            Check(seed);
        }
    }

    private static void Check(int seed)
    {
        var random = new Random(seed);
        var run = new RolloutSimulation(random);
        var document = Kube.Deployment(replicas: random.Next(1, 8));
        document["spec"]!["minReadySeconds"] = random.Next(4) == 0 ? random.Next(1, 5) : 0;
        document["spec"]!["strategy"] = Strategy(random);
        run.Cluster.Create(document);
        run.Settle();

        var spec = new DeploymentSpec(run.Deployment.ToMutable());
        Assert.True(run.Available == spec.Replicas, $"seed {seed}: {run.Available} of {spec.Replicas} at the start");
        for (var step = 0; step < 150; step++)
        {
            if (step % 40 == 0)
            {
                run.SetImage($"web:{random.Next(5)}");
            }

            Act(run, random);
            Assert.True(run.Total <= spec.Replicas + spec.MaxSurge, $"seed {seed} step {step}: {run.Total} pods");
            Assert.True(run.Available >= spec.Replicas - spec.MaxUnavailable, $"seed {seed} step {step}: {run.Available} available");
        }

        run.Settle();
        Assert.True(run.Total == spec.Replicas && run.Available == spec.Replicas, $"seed {seed}: ends with {run.Total}, {run.Available} available");
        var status = run.Deployment.ToMutable().Object("status");
        Assert.Equal(spec.Replicas, status.Int("updatedReplicas"));
        Assert.Equal("NewReplicaSetAvailable", ConditionList.Find(status.Array("conditions"), "Progressing").Text("reason"));
    }

    private static void Act(RolloutSimulation run, Random random)
    {
        switch (random.Next(8))
        {
            case 0 or 1:
                run.StepDeployment();
                break;
            case 2 or 3 or 4:
                var replicaSets = run.ReplicaSets.ToList();
                run.StepReplicaSet(replicaSets[random.Next(replicaSets.Count)].Key);
                break;
            case 5 or 6:
                if (run.Pods.ToList() is { Count: > 0 } pods)
                {
                    run.StepPod(pods[random.Next(pods.Count)]);
                }

                break;
            default:
                run.Cluster.Now = run.Cluster.Now.AddSeconds(1);
                break;
        }
    }

    private static JsonObject Strategy(Random random) => new()
    {
        ["type"] = "RollingUpdate",
        ["rollingUpdate"] = new JsonObject { ["maxSurge"] = Bound(random), ["maxUnavailable"] = Bound(random) },
    };

    private static JsonNode Bound(Random random) => random.Next(2) == 0 ? random.Next(4) : $"{random.Next(101)}%";
}
