using FsCheck;
using FsCheck.Fluent;
using Grainhouse.Interfaces.Grains;
using Grainhouse.Planning.Scheduling;

namespace Grainhouse.Planning.Tests.Scheduling;

public sealed class SchedulerPropertyTests
{
    private static readonly Config Cases = Config.QuickThrowOnFailure.WithMaxTest(150).WithEndSize(1_000_000);

    [Fact]
    public void Propose_AnyCluster_EachPlacementIsTheBestOfPlacingItAlone() => ForAll((cluster, seed) =>
    {
        var strategy = (FitStrategy)(Math.Abs(seed) % 2);
        var scheduler = cluster.Load(new SchedulerOptions { Strategy = strategy });
        var alone = new OneByOne(cluster, strategy);
        var batch = 1 + (Math.Abs(seed) % 20);
        foreach (var placement in All(scheduler, batch, seed))
        {
            var pod = Pod(cluster, placement.Uid);
            Assert.Contains(placement.Node, alone.Feasible(pod));
            Assert.Contains(placement.Node, alone.Best(pod));
            alone.Place(pod, placement.Node);
        }
    });

    [Fact]
    public void Propose_AnyCluster_LeavesOnlyPodsThatFitNowhere() => ForAll((cluster, seed) =>
    {
        var scheduler = cluster.Load(new SchedulerOptions());
        var alone = new OneByOne(cluster, FitStrategy.LeastAllocated);
        var placed = All(scheduler, int.MaxValue, seed).ToList();
        placed.ForEach(placement => alone.Place(Pod(cluster, placement.Uid), placement.Node));

        var failures = scheduler.TakeFailures();

        Assert.Equal(
            cluster.Pods.Select(pod => pod.ActualUid).Order(),
            placed.Select(placement => placement.Uid).Concat(failures.Select(failure => failure.Uid)).Order());
        Assert.All(failures, failure => Assert.Empty(alone.Feasible(Pod(cluster, failure.Uid))));
        Assert.All(failures, failure => Assert.True(Counted(failure.Message) >= cluster.Nodes.Count, failure.Message));
    });

    [Fact]
    public void Propose_SamePriority_OlderPodsOfAClassFirst() => ForAll((cluster, seed) =>
    {
        var scheduler = cluster.Load(new SchedulerOptions());
        var pods = All(scheduler, int.MaxValue, seed).Select(placement => Pod(cluster, placement.Uid)).ToList();

        Assert.Equal(pods.OrderByDescending(pod => pod.Priority).ThenBy(pod => pod.CreatedAtSecond), pods);
    });

    [Fact]
    public void Propose_SameSeed_SamePlacements() => ForAll((cluster, seed) =>
        Assert.Equal(
            All(cluster.Load(new SchedulerOptions()), 7, seed),
            All(cluster.Load(new SchedulerOptions()), 7, seed)));

    [Fact]
    public void Resolve_AnyRefusals_CountsStayRight() => ForAll((cluster, seed) =>
    {
        var random = new Random(seed);
        var scheduler = cluster.Load(new SchedulerOptions());
        var alone = new OneByOne(cluster, FitStrategy.LeastAllocated);
        for (var round = 0; round < 10; round++)
        {
            foreach (var placement in scheduler.Propose(10, random))
            {
                var bound = random.Next(2) == 0;
                scheduler.Resolve(new PodVerdict(placement.Uid, bound, bound ? "" : "Too many pods"));
                if (bound)
                {
                    Assert.Contains(placement.Node, alone.Feasible(Pod(cluster, placement.Uid)));
                    alone.Place(Pod(cluster, placement.Uid), placement.Node);
                }
            }

            scheduler.Retry(random.Next(3));
        }

        scheduler.Retry(100);
        foreach (var placement in All(scheduler, 5, seed))
        {
            alone.Place(Pod(cluster, placement.Uid), placement.Node);
        }

        Assert.All(
            scheduler.TakeFailures().Where(failure => !failure.Message.Contains("Too many pods")).GroupBy(failure => failure.Uid),
            failure => Assert.True(Counted(failure.Last().Message) >= cluster.Nodes.Count));
        Assert.False(scheduler.HasWork);
    });

    private static void ForAll(Action<RandomCluster, int> check) =>
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed => check(new RandomCluster(seed), seed)).Check(Cases);

    private static TestPod Pod(RandomCluster cluster, string uid) => cluster.Pods.Single(pod => pod.ActualUid == uid);

    private static IEnumerable<Placement> All(Scheduler scheduler, int batch, int seed)
    {
        var random = new Random(seed);
        while (scheduler.Propose(batch, random) is { IsEmpty: false } placements)
        {
            foreach (var placement in placements)
            {
                yield return placement;
            }
        }
    }

    // The counts of `0/5 nodes are available: 1 a, 4 b.`
    private static int Counted(string message) =>
        message.Contains(": ", StringComparison.Ordinal)
            ? message[(message.IndexOf(": ", StringComparison.Ordinal) + 2)..].Split(", ").Sum(part => int.Parse(part.Split(' ')[0]))
            : 0;
}
