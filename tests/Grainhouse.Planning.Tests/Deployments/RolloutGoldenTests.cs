using System.Runtime.CompilerServices;
using System.Text;
using Grainhouse.Planning.Documents;
using Grainhouse.Planning.Tests.Documents;

namespace Grainhouse.Planning.Tests.Deployments;

/// <summary>The transcript of a whole rollout. Set GRAINHOUSE_GOLDEN=write to rewrite it, and review the difference.</summary>
public sealed class RolloutGoldenTests
{
    [Fact]
    public void Rollout_OfAnImage_GoesAsWritten()
    {
        var run = new RolloutSimulation(new Random(7));
        run.Cluster.Create(Kube.Deployment(replicas: 4));
        run.Settle();
        run.SetImage("web:2");
        var text = new StringBuilder();
        for (var step = 1; step < 60; step++)
        {
            var told = run.Cluster.Events.Count;
            var revision = run.Cluster.Revision;
            run.StepDeployment();
            foreach (var replicaSet in run.ReplicaSets)
            {
                run.StepReplicaSet(replicaSet.Key);
            }

            Describe(text, run, step, told);
            foreach (var pod in run.Pods.ToList())
            {
                run.StepPod(pod);
            }

            run.Cluster.Now = run.Cluster.Now.AddSeconds(1);
            if (run.Cluster.Revision == revision)
            {
                break;
            }
        }

        Check(text.ToString());
    }

    private static void Describe(StringBuilder text, RolloutSimulation run, int step, int told)
    {
        var status = run.Deployment.ToMutable().Object("status");
        text.Append($"step {step}: {run.Total} pods, {run.Available} available; status {status.Int("updatedReplicas")} updated, ")
            .Append($"{status.Int("availableReplicas")} available, {ConditionList.Find(status.Array("conditions"), "Progressing").Text("reason")}\n");
        foreach (var item in run.Cluster.Events.Skip(told).Where(item => item.Reason == "ScalingReplicaSet"))
        {
            text.Append($"  {item.Message}\n");
        }
    }

    private static void Check(string actual, [CallerFilePath] string source = "")
    {
        var path = Path.Combine(Path.GetDirectoryName(source)!, "rollout.golden.txt");
        if (Environment.GetEnvironmentVariable("GRAINHOUSE_GOLDEN") == "write")
        {
            File.WriteAllText(path, actual);
        }

        Assert.Equal(File.ReadAllText(path), actual);
    }
}
