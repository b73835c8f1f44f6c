using Grainhouse.Interfaces.Agents;
using Grainhouse.Planning.Nodes;

namespace Grainhouse.Planning.Tests.Nodes;

public sealed class UsageAverageTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public void Smooth_FirstReport_IsAsItIs()
    {
        var report = Report(cpu: 500, memory: 7);

        UsageAverage.Smooth(report, before: null, Second);

        Assert.Equal(Report(cpu: 500, memory: 7), report);
    }

    [Fact]
    public void Smooth_AfterAWindow_HasMostOfAChange()
    {
        var mean = Report(cpu: 0, memory: 1);
        for (var second = 0; second < 15; second++)
        {
            var next = Report(cpu: 1_000_000, memory: 2);
            UsageAverage.Smooth(next, mean, Second);
            mean = next;
        }

        // 1 - 1/e of it, whatever the pace of the reports.
        Assert.InRange(mean.Node.CpuNanocores, 630_000ul, 634_000ul);
        Assert.InRange(mean.Pods[0].Containers["main"].CpuNanocores, 630_000ul, 634_000ul);
    }

    [Fact]
    public void Smooth_Memory_IsAsItIs()
    {
        var report = Report(cpu: 0, memory: 2);

        UsageAverage.Smooth(report, Report(cpu: 0, memory: 1_000), Second);

        Assert.Equal(2ul, report.Node.MemoryBytes);
    }

    [Fact]
    public void Smooth_ContainerThatIsNew_BeginsWithWhatItUses()
    {
        var report = Report(cpu: 100, memory: 1);
        report.Pods[0].Containers["late"] = new Usage { CpuNanocores = 900 };

        UsageAverage.Smooth(report, Report(cpu: 100, memory: 1), Second);

        Assert.Equal(900ul, report.Pods[0].Containers["late"].CpuNanocores);
    }

    private static Heartbeat Report(ulong cpu, ulong memory)
    {
        Usage Use() => new() { CpuNanocores = cpu, MemoryBytes = memory };
        return new Heartbeat { Node = Use(), Pods = { new PodUsage { PodUid = "uid-1", Containers = { ["main"] = Use() } } } };
    }
}
