using Grainhouse.Interfaces.Agents;
using Grainhouse.Interfaces.Grains;
using Grainhouse.Interfaces.Objects;
using Orleans.Concurrency;

namespace Grainhouse.Grains.Tests.Nodes;

public sealed class NodeGrainTests(TestSilo silo) : IClassFixture<TestSilo>
{
    [Fact]
    public async Task CompleteReport_WithoutAPodThatWasTold_TellsItAgain()
    {
        await silo.AddNodeAsync("forgets", "4");
        var lost = await BoundPodAsync("lost", "forgets");
        var kept = await BoundPodAsync("kept", "forgets");
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var node = silo.Grains.GetGrain<INodeGrain>("forgets");
        await using var directives = node.AttachAsync(new Hello { NodeName = "forgets", Protocol = 1, Instance = "i" }.AsImmutable(), bound.Token).GetAsyncEnumerator(bound.Token);
        var told = await NextAsync(directives, directive => directive.Snapshot is not null);
        Assert.Equal(new[] { kept, lost }.Order(), told.Snapshot.Pods.Select(order => order.Uid).Order());

        var report = new PodReports { Complete = true, Pods = { new PodReport { Uid = kept, Namespace = "default", Name = "kept", Status = Google.Protobuf.ByteString.CopyFromUtf8("{}") } } };
        await node.ReportAsync("i", new AgentReport { Sequence = 2, Pods = report }.AsImmutable());

        var again = await NextAsync(directives, directive => directive.Changes is not null);
        Assert.Equal(lost, Assert.Single(again.Changes.Pods).Uid);
    }

    [Fact]
    public async Task Heartbeat_IsRememberedAsTheLastSignOfLife()
    {
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var node = silo.Grains.GetGrain<INodeGrain>("beats");
        Assert.Null(await node.GetLastHeardAsync());
        await using var directives = node.AttachAsync(new Hello { NodeName = "beats", Protocol = 1, Instance = "i" }.AsImmutable(), bound.Token).GetAsyncEnumerator(bound.Token);
        await NextAsync(directives, directive => directive.Snapshot is not null);
        var before = DateTimeOffset.UtcNow;

        await node.ReportAsync("i", new AgentReport { Sequence = 2, Heartbeat = new Heartbeat() }.AsImmutable());

        Assert.True(await node.GetLastHeardAsync() >= before);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{\"phase\"}")]
    [InlineData("[]")]
    [InlineData("{\"phase\":1}")]
    public async Task Report_ThatCannotBeRead_IsRefusedInWords(string status)
    {
        await silo.AddNodeAsync("garbles", "4");
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var node = silo.Grains.GetGrain<INodeGrain>("garbles");
        await using var directives = node.AttachAsync(new Hello { NodeName = "garbles", Protocol = 1, Instance = status }.AsImmutable(), bound.Token).GetAsyncEnumerator(bound.Token);
        await NextAsync(directives, directive => directive.Snapshot is not null);
        var bytes = Google.Protobuf.ByteString.CopyFromUtf8(status);

        await Assert.ThrowsAsync<MalformedReportException>(() =>
            node.ReportAsync(status, new AgentReport { Sequence = 2, Pods = new PodReports { Pods = { new PodReport { Uid = "u", Namespace = "default", Name = "p", Status = bytes } } } }.AsImmutable()));
    }

    [Fact]
    public async Task Claim_IsJudgedByTheNodeAsTheSchedulerSawIt()
    {
        await silo.AddNodeAsync("cordoned", "4");
        var node = silo.Grains.GetGrain<INodeGrain>("cordoned");
        for (var round = 0; round < 5; round++)
        {
            var key = ResourceCatalog.Pods.Key("default", $"claimed-{round}");
            var created = await silo.CreateAsync(
                key,
                $$$"""{"apiVersion":"v1","kind":"Pod","metadata":{"name":"{{{key.Name}}}","namespace":"default"},"spec":{"schedulerName":"other","containers":[{"name":"c","image":"i"}]}}""");
            var uid = created.Object!.Header.Uid;

            var closed = await CordonAsync("cordoned", true);
            Assert.False(Assert.Single(await node.AdmitAsync([new PodClaim(key, uid, closed)])).Bound);

            // No wake of the node's grain is waited for: its answer must not depend on one.
            var opened = await CordonAsync("cordoned", false);
            Assert.True(Assert.Single(await node.AdmitAsync([new PodClaim(key, uid, opened)])).Bound);
        }
    }

    private async Task<long> CordonAsync(string node, bool unschedulable)
    {
        var patch = System.Text.Encoding.UTF8.GetBytes($$$"""{"spec":{"unschedulable":{{{(unschedulable ? "true" : "null")}}}}}""");
        var grain = silo.Grains.GetGrain<IObjectGrain>(ResourceCatalog.Nodes.Key(null, node).ToString());
        Assert.Null((await grain.PatchAsync(PatchType.Merge, patch, new WriteOptions())).Error);

        // The node's controller puts a taint there and takes it away again.
        while (true)
        {
            var now = (await grain.GetAsync())!;
            if (System.Text.Encoding.UTF8.GetString(now.Document.Span).Contains("node.kubernetes.io/unschedulable", StringComparison.Ordinal) == unschedulable)
            {
                return now.Revision;
            }

            await Task.Yield();
        }
    }

    private async Task<string> BoundPodAsync(string name, string node)
    {
        var created = await silo.CreateAsync(
            ResourceCatalog.Pods.Key("default", name),
            $$$"""{"apiVersion":"v1","kind":"Pod","metadata":{"name":"{{{name}}}","namespace":"default"},"spec":{"nodeName":"{{{node}}}","containers":[{"name":"c","image":"i"}]}}""");
        return created.Object!.Header.Uid;
    }

    private static async Task<NodeDirective> NextAsync(IAsyncEnumerator<Immutable<NodeDirective>> directives, Func<NodeDirective, bool> wanted)
    {
        while (await directives.MoveNextAsync())
        {
            if (wanted(directives.Current.Value))
            {
                return directives.Current.Value;
            }
        }

        throw new InvalidOperationException("The directives ended.");
    }
}
