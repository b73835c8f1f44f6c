using System.Text;
using Grainhouse.Interfaces.Grains;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning.Objects;
using Grainhouse.Planning.Tests.Objects.ManagedFields;
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

        var user = Managers.By("kubectl-create");
        var status = new WriteOptions { Subresource = "status" };
        var own = Rules.Created(ResourceCatalog.Pods, Documents.Pod);
        var users = Managers.Created(ResourceCatalog.Pods, Documents.Pod, "kubectl-run");
        var report = Rules.Utf8("{'status':{'phase':'Running','podIP':'10.0.0.1','conditions':[{'type':'Ready','status':'True'}]}}");
        users = ObjectRules.Patch(ResourceCatalog.Pods, users, PatchType.Merge, report, status, Rules.Context).Committed().WithRevision(11);
        own = ObjectRules.Patch(ResourceCatalog.Pods, own, PatchType.Merge, report, status, Rules.Context).Committed().WithRevision(11);
        var next = Rules.Utf8("{'status':{'podIP':'10.0.0.2'}}");
        var map = Rules.Utf8(Documents.ConfigMap);
        var mapKey = ResourceCatalog.ConfigMaps.Key("default", "conf");
        var applied = Managers.Apply(ResourceCatalog.Deployments, null, Documents.Deployment, Managers.By("gitops")).Committed().WithRevision(12);
        output.WriteLine($"a pod's document: {own.Document.Length} B, followed {users.Document.Length} B");

        Time("create pod, followed", rounds, () => ObjectRules.Create(ResourceCatalog.Pods, podKey, pod, user, Rules.Context));
        Time("create config map", rounds, () => ObjectRules.Create(ResourceCatalog.ConfigMaps, mapKey, map, options, Rules.Context));
        Time("create config map, followed", rounds, () => ObjectRules.Create(ResourceCatalog.ConfigMaps, mapKey, map, user, Rules.Context));
        Time("status report", rounds, () => ObjectRules.Patch(ResourceCatalog.Pods, own, PatchType.Merge, next, status, Rules.Context));
        Time("status report, followed", rounds, () => ObjectRules.Patch(ResourceCatalog.Pods, users, PatchType.Merge, next, status, Rules.Context));
        Time("apply deployment, unchanged", rounds, () => ObjectRules.Apply(ResourceCatalog.Deployments, applied.Key, applied, deployment, Managers.By("gitops"), Rules.Context));
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
