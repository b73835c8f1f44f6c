using Grainhouse.Planning.Scheduling;
using Grainhouse.Planning.Scheduling.Scores;

namespace Grainhouse.Planning.Tests.Scheduling;

public sealed class ScoreTests
{
    // The expectations of upstream's least_allocated_test.go and most_allocated_test.go, on 4000m and 10000 bytes.
    [Theory]
    [InlineData("3000m", "5000", FitStrategy.LeastAllocated, 37)]
    [InlineData("1000m", "2500", FitStrategy.LeastAllocated, 75)]
    [InlineData("5000m", "5000", FitStrategy.LeastAllocated, 25)]
    [InlineData("3000m", "5000", FitStrategy.MostAllocated, 62)]
    [InlineData("5000m", "5000", FitStrategy.MostAllocated, 75)]
    public void Fit_Strategies_ScoreTheMean(string cpu, string memory, FitStrategy strategy, int expected)
    {
        var pod = FilterTests.Template(new TestPod("p") { Cpu = cpu, Memory = memory });
        var row = new NodeRow { AllocatableCpuMillis = 4000, AllocatableMemoryBytes = 10000 };

        Assert.Equal(expected, ResourceScores.Fit(row, pod, strategy));
    }

    [Fact]
    public void Fit_NodeWithoutMemory_ScoresCpuAlone()
    {
        var pod = FilterTests.Template(new TestPod("p") { Cpu = "1" });

        Assert.Equal(75, ResourceScores.Fit(new NodeRow { AllocatableCpuMillis = 4000 }, pod, FitStrategy.LeastAllocated));
        Assert.Equal(0, ResourceScores.Fit(default, pod, FitStrategy.LeastAllocated));
    }

    // The expectations of upstream's balanced_allocation_test.go.
    [Theory]
    [InlineData("3000m", "5000", 4000, 10000, 87)]
    [InlineData("3000m", "5000", 6000, 10000, 100)]
    [InlineData("6000m", "1", 4000, 10000, 50)]
    [InlineData("1000m", "1000", 0, 10000, 100)]
    public void Balanced_Fractions_ScoreTheirDistance(string cpu, string memory, long cpuMillis, long memoryBytes, int expected)
    {
        var pod = FilterTests.Template(new TestPod("p") { Cpu = cpu, Memory = memory });
        var row = new NodeRow { AllocatableCpuMillis = cpuMillis, AllocatableMemoryBytes = memoryBytes };

        Assert.Equal(expected, BalancedAllocation.Score(row, pod));
    }

    [Fact]
    public void PreferredTaints_Count_IgnoresToleratedAndHardTaints()
    {
        var node = NodeFacts.Read(new TestNode("n")
        {
            Taints = [("a", "", "PreferNoSchedule"), ("b", "", "PreferNoSchedule"), ("c", "", "NoSchedule")],
        }.At(1));
        var pod = FilterTests.Template(new TestPod("p") { Spec = """{"tolerations":[{"key":"a","operator":"Exists"},{"key":"b","operator":"Exists","effect":"NoSchedule"}]}""" });

        Assert.Equal(1, PreferredTaints.Count(node.Taints, pod.Tolerations));
    }

    [Theory]
    [InlineData(0, 0, 100)]
    [InlineData(0, 2, 100)]
    [InlineData(1, 2, 50)]
    [InlineData(2, 2, 0)]
    public void PreferredTaints_Normalize_FewerIsBetter(int count, int max, int expected) =>
        Assert.Equal(expected, PreferredTaints.Normalize(count, max));

    [Fact]
    public void PreferredAffinity_Sum_AddsTheWeightsThatMatch()
    {
        var node = NodeFacts.Read(new TestNode("n") { Labels = [("disk", "ssd"), ("zone", "a")] }.At(1));
        var pod = FilterTests.Template(new TestPod("p")
        {
            Spec = """
                {"affinity":{"nodeAffinity":{"preferredDuringSchedulingIgnoredDuringExecution":[
                {"weight":5,"preference":{"matchExpressions":[{"key":"disk","operator":"In","values":["ssd"]}]}},
                {"weight":7,"preference":{"matchExpressions":[{"key":"zone","operator":"Exists"}]}},
                {"weight":9,"preference":{"matchExpressions":[{"key":"zone","operator":"In","values":["b"]}]}}]}}}
                """,
        });

        Assert.Equal(12, PreferredAffinity.Sum(node, pod.Preferred));
        Assert.Equal(57, PreferredAffinity.Normalize(12, 21));
        Assert.Equal(0, PreferredAffinity.Normalize(0, 0));
    }

    // 140 MB on one of two nodes counts half: (70 - 23) / (1000 - 23) of 100.
    [Fact]
    public void ImageLocality_Score_ScalesBySpread()
    {
        const long Megabyte = 1024 * 1024;
        var scaled = ImageLocality.Scaled(140 * Megabyte, 1, 2);

        Assert.Equal(70 * Megabyte, scaled);
        Assert.Equal(4, ImageLocality.Score(scaled, 1));
        Assert.Equal(0, ImageLocality.Score(0, 1));
        Assert.Equal(100, ImageLocality.Score(3000 * Megabyte, 2));
    }

    [Theory]
    [InlineData("busybox", "busybox:latest")]
    [InlineData("busybox:1.36", "busybox:1.36")]
    [InlineData("registry:5000/app", "registry:5000/app:latest")]
    public void ImageName_Normalize_AddsLatest(string image, string expected) => Assert.Equal(expected, ImageName.Normalize(image));

    [Fact]
    public void HostSpread_Normalize_FewerIsBetter()
    {
        var none = HostSpread.Cost(0, 10);
        var one = HostSpread.Cost(1, 10);

        Assert.Equal(100, HostSpread.Normalize(none, none, none));
        Assert.Equal(100, HostSpread.Normalize(none, none, one));
        Assert.True(HostSpread.Normalize(one, none, one) < 100);
    }
}
