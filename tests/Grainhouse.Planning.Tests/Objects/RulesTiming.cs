using System.Text;
using Grainhouse.Interfaces.Grains;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning.Objects;
using Xunit.Abstractions;

namespace Grainhouse.Planning.Tests.Objects;

/// <summary>Prints what one decision costs; asserts nothing about time. Run by hand: <c>GRAINHOUSE_TIMING=1 dotnet test -c Release --filter RulesTiming</c>.</summary>
public sealed class RulesTiming(ITestOutputHelper output)
{
    [Fact]
    public void Decisions_Timed_ArePrinted()
    {
        var rounds = Environment.GetEnvironmentVariable("GRAINHOUSE_TIMING") is null ? 1 : 20_000;
        var pod = Rules.Utf8(Documents.Pod);
        var deployment = Encoding.UTF8.GetBytes(Documents.Deployment);
        var current = Rules.Created(ResourceCatalog.Deployments, Documents.Deployment);
        var patch = Rules.Utf8("{'spec':{'template':{'spec':{'containers':[{'name':'main','image':'nginx:2'}]}}}}");
        var same = current.ToJson();
        var podKey = ResourceCatalog.Pods.Key("default", "web");
        var options = new WriteOptions();

        Time("create pod", rounds, () => ObjectRules.Create(ResourceCatalog.Pods, podKey, pod, options, Rules.Context));
        Time("create deployment", rounds, () => ObjectRules.Create(ResourceCatalog.Deployments, current.Key, deployment, options, Rules.Context));
        Time("update deployment, unchanged", rounds, () => ObjectRules.Update(ResourceCatalog.Deployments, current, same, options, Rules.Context));
        Time("strategic patch", rounds, () => ObjectRules.Patch(ResourceCatalog.Deployments, current, PatchType.StrategicMerge, patch, options, Rules.Context));
    }

    private void Time(string name, int rounds, Func<WriteDecision> decide)
    {
        for (var i = 0; i < rounds; i++)
        {
            Assert.IsNotType<WriteDecision.Reject>(decide());
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        var busy = Environment.CpuUsage.TotalTime;
        for (var i = 0; i < rounds; i++)
        {
            decide();
        }

        output.WriteLine($"{name}: {(Environment.CpuUsage.TotalTime - busy).TotalMicroseconds / rounds:0.0} us of CPU, {(GC.GetAllocatedBytesForCurrentThread() - before) / rounds} B");
    }
}
