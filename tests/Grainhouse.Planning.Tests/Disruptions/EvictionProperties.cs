using Grainhouse.Planning.Disruptions;
using Grainhouse.Planning.Pods;
using Grainhouse.Planning.Tests.Documents;

namespace Grainhouse.Planning.Tests.Disruptions;

public sealed class EvictionProperties
{
    /// <summary>Evictions, reconcilers that look late, pods that are marked late, and replacements, in any order.</summary>
    [Fact]
    public void Evictions_InAnyOrder_NeverTakeMoreThanTheBudgetLeaves()
    {
        for (var seed = 0; seed < 150; seed++)
        {
            Check(new Random(seed), seed);
        }
    }

    private static void Check(Random random, int seed)
    {
        var lab = new BudgetLab();
        var replicas = random.Next(1, 8);
        lab.ReplicaSet(replicas, replicas);
        var amount = random.Next(2) == 0 ? $"{random.Next(0, replicas + 1)}" : $"\"{random.Next(0, 101)}%\"";
        lab.Budget($"\"{(random.Next(2) == 0 ? "minAvailable" : "maxUnavailable")}\": {amount}");
        var allowed = new Queue<string>();
        var names = replicas;
        var granted = 0;
        DisruptionInput? stale = null;
        for (var step = 0; step < 120; step++)
        {
            var pods = lab.Cluster.List("pods", "default").Items.Select(PodView.Of).ToList();
            switch (random.Next(6))
            {
                case 0:
                    lab.Reconcile();
                    break;
                case 1:
                    // What a slow reconciler decided from is carried out later: a conflict, or still true.
                    if (stale is not null)
                    {
                        lab.Cluster.Do(DisruptionReconciler.Decide(stale));
                    }

                    stale = DisruptionInput.Gather(lab.Cluster, BudgetLab.Key, lab.Cluster.Now);
                    break;
                case 2:
                case 3:
                    var candidates = pods.Where(pod => !pod.Deleting && !allowed.Contains(pod.Name)).ToList();
                    if (candidates.Count > 0 && candidates[random.Next(candidates.Count)] is { } chosen && lab.Claim(chosen.Name) is null)
                    {
                        granted++;
                        allowed.Enqueue(chosen.Name);
                    }

                    break;
                case 4:
                    if (allowed.TryDequeue(out var name))
                    {
                        lab.MarkDeleted(name);
                    }

                    break;
                default:
                    // The pod ends, and another one takes its place and becomes ready.
                    if (pods.FirstOrDefault(pod => pod.Deleting) is { } ended)
                    {
                        lab.Cluster.Remove(ended.Object.Key);
                        lab.Cluster.Seed(Kube.Pod($"p{names++}", readySince: Kube.Start));
                    }

                    break;
            }

            var healthy = lab.Cluster.List("pods", "default").Items.Select(PodView.Of).Count(pod => pod.Ready && !pod.Deleting && !allowed.Contains(pod.Name));
            var desired = ExpectedPods.Of(DisruptionInput.Gather(lab.Cluster, BudgetLab.Key, lab.Cluster.Now)!).DesiredHealthy;
            Assert.True(healthy >= desired || granted == 0, $"seed {seed} step {step}: {healthy} of {desired} healthy after {granted} evictions");
        }
    }
}
