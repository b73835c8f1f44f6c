using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography.X509Certificates;
using Grainhouse.HostAgent.Runtimes;
using Grainhouse.HostAgent.Tests.Pods;
using Grainhouse.Interfaces.Agents;
using k8s.Models;

namespace Grainhouse.HostAgent.Tests.Cluster;

[SuppressMessage("Design", "CA1001", Justification = "xunit calls IAsyncLifetime.DisposeAsync.")]
public sealed class AgentConnectionTests : IAsyncLifetime
{
    private readonly TestAuthority authority = new();
    private readonly FakeRuntime runtime = new();
    private readonly string directory = Directory.CreateTempSubdirectory("agent-test-").FullName;
    private TestGateway gateway = null!;

    public async Task InitializeAsync() => gateway = await TestGateway.StartAsync(authority);

    public async Task DisposeAsync()
    {
        await gateway.DisposeAsync();
        authority.Dispose();
        Directory.Delete(directory, recursive: true);
    }

    [Fact]
    public async Task FirstContact_JoinsByTokenAndPin_ThenAttachesByCertificate()
    {
        await using var agent = new AgentLab(Options(), runtime);

        var hello = await gateway.NextAsync(report => report.Hello is not null);
        var node = await gateway.NextAsync(report => report.Node is not null);
        var pods = await gateway.NextAsync(report => report.Pods is not null);
        var heartbeat = await gateway.NextAsync(report => report.Heartbeat is not null);

        Assert.Equal("node-a", hello.Hello.NodeName);
        Assert.Equal(1, gateway.Joins);
        Assert.Contains("\"kubeletVersion\":\"v1.32.0", node.Node.Status.ToStringUtf8(), StringComparison.Ordinal);
        Assert.Equal("node-a", node.Node.Labels["kubernetes.io/hostname"]);
        Assert.True(pods.Pods.Complete);
        Assert.True(heartbeat.Heartbeat.Node.MemoryBytes > 0);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(directory, "identity", "agent.key")));
    }

    [Fact]
    public async Task Certificate_PastMostOfItsLife_IsRenewedByItself_AndTheStreamHolds()
    {
        gateway.FirstUntil = DateTimeOffset.UtcNow.AddDays(30);
        await using var agent = new AgentLab(Options(), runtime);
        await gateway.NextAsync(report => report.Pods is { Complete: true });

        await WaitUntilAsync(() => Task.FromResult(gateway.Renewals == 1));
        gateway.Send(new NodeDirective { Changes = Ordered(PodLab.Pod(), 1) });
        await gateway.NextStatusAsync((_, status) => status.ContainerStatuses[0].Ready);

        Assert.Equal((1, 1, 1), (gateway.Joins, gateway.Renewals, gateway.Attachments));
        using var kept = X509CertificateLoader.LoadCertificateFromFile(Path.Combine(directory, "identity", "agent.crt"));
        Assert.Equal(2055, kept.NotAfter.ToUniversalTime().Year);
    }

    [Fact]
    public async Task FirstContact_WithAnotherPin_SendsNoToken()
    {
        using var other = new TestAuthority();
        await using var agent = new AgentLab(Options() with { AuthorityHash = other.Hash }, runtime);

        await Task.Delay(500);

        Assert.Equal(0, gateway.Joins);
    }

    [Fact]
    public async Task Order_RunsAPod_AndItsLifeIsReported()
    {
        await using var agent = new AgentLab(Options(), runtime);
        await gateway.NextAsync(report => report.Pods is { Complete: true });

        gateway.Send(new NodeDirective { Changes = Ordered(PodLab.Pod(), 1) });
        var ready = await gateway.NextStatusAsync((_, status) => status.ContainerStatuses[0].Ready);
        Assert.Equal("Running", ready.Phase);

        runtime.Kill(ready.ContainerStatuses[0].ContainerID["fake://".Length..]);
        var restarted = await gateway.NextStatusAsync((_, status) => status.ContainerStatuses[0] is { RestartCount: 1, Ready: true });
        Assert.Equal(137, restarted.ContainerStatuses[0].LastState.Terminated.ExitCode);

        gateway.Send(new NodeDirective { Changes = Ordered(PodLab.Deleted(PodLab.Pod(), 5), 2) });
        await gateway.NextStatusAsync((pod, _) => pod.Finished);
        Assert.Empty(await runtime.ListAsync(CancellationToken.None));
        Assert.False(Directory.Exists(Path.Combine(directory, "pods", "uid-1")));
    }

    [Fact]
    public async Task Order_TellsItsEvents()
    {
        await using var agent = new AgentLab(Options(), runtime);
        await gateway.NextAsync(report => report.Pods is { Complete: true });

        gateway.Send(new NodeDirective { Changes = Ordered(PodLab.Pod(), 1) });

        List<string> reasons = [];
        await gateway.NextAsync(report =>
        {
            reasons.AddRange((report.Events?.Events ?? []).Select(told => told.Reason));
            return reasons.Contains("Started");
        });
        Assert.Equal(["Pulled", "Created", "Started"], reasons);
    }

    [Fact]
    public async Task StreamEnd_AttachesAgain_AndReportsEverything()
    {
        gateway.Snapshot.Pods.Add(TestGateway.Order(PodLab.Pod(), 1));
        await using var agent = new AgentLab(Options(), runtime);
        await gateway.NextStatusAsync((_, status) => status.ContainerStatuses[0].Ready);

        gateway.End();
        var complete = await gateway.NextAsync(report => report.Pods is { Complete: true, Pods.Count: 1 });

        Assert.Equal(2, gateway.Attachments);
        Assert.Contains("\"ready\":true", complete.Pods.Pods[0].Status.ToStringUtf8(), StringComparison.Ordinal);
        Assert.Equal(1, runtime.Starts);
    }

    [Fact]
    public async Task SequenceGap_AttachesAgain()
    {
        await using var agent = new AgentLab(Options(), runtime);
        await gateway.NextAsync(report => report.Pods is { Complete: true });

        gateway.Send(new NodeDirective { Changes = new Changes() }, skip: 1);
        await gateway.NextAsync(report => report.Hello is not null);

        Assert.Equal(2, gateway.Attachments);
    }

    [Fact]
    public async Task Snapshot_WithoutAPod_StopsIt()
    {
        gateway.Snapshot.Pods.Add(TestGateway.Order(PodLab.Pod(), 1));
        await using var agent = new AgentLab(Options(), runtime);
        await gateway.NextStatusAsync((_, status) => status.ContainerStatuses[0].Ready);

        gateway.Snapshot = new Snapshot();
        gateway.End();

        await WaitUntilAsync(async () => (await runtime.ListAsync(CancellationToken.None)).IsEmpty);
    }

    [Fact]
    public async Task Restart_WithoutAGateway_AdoptsAndKeepsRestarting()
    {
        gateway.Snapshot.Pods.Add(TestGateway.Order(PodLab.Pod(), 1));
        await using (new AgentLab(Options(), runtime))
        {
            await gateway.NextStatusAsync((_, status) => status.ContainerStatuses[0].Ready);
        }

        await gateway.DisposeAsync();
        await using var again = new AgentLab(Options(), runtime);
        await WaitUntilAsync(() => Task.FromResult(again.Node.Pods.Find("uid-1")?.State.Containers is [{ IsReady: true }]));
        Assert.Equal(1, runtime.Starts);

        runtime.Kill(again.Node.Pods.Find("uid-1")!.State.Containers[0].RuntimeId);

        await WaitUntilAsync(() => Task.FromResult(again.Node.Pods.Find("uid-1")!.State.Containers[0] is { IsReady: true, RestartCount: 1 }));
        Assert.Equal(2, runtime.Starts);
    }

    [Fact]
    public async Task SandboxOfNobody_IsRemoved_OnceThereIsADirective()
    {
        var orphan = new SandboxSpec { Pod = new PodIdentity("gone", "default", "gone"), Hostname = "gone" };
        await runtime.EnsureSandboxAsync(orphan, CancellationToken.None);
        await using var agent = new AgentLab(Options(), runtime);

        await WaitUntilAsync(async () => (await runtime.ListAsync(CancellationToken.None)).IsEmpty);

        Assert.Equal(1, gateway.Attachments);
    }

    [Fact]
    public async Task Tunnel_ForLogs_SendsThem()
    {
        gateway.Snapshot.Pods.Add(TestGateway.Order(PodLab.Pod(), 1));
        await using var agent = new AgentLab(Options(), runtime);
        await gateway.NextStatusAsync((_, status) => status.ContainerStatuses[0].Ready);

        gateway.Send(new NodeDirective { Tunnel = new TunnelRequest { Id = "t1", PodUid = "uid-1", Container = "web", Logs = new LogsRequest { Timestamps = true } } });
        var logs = await gateway.TunnelAsync("t1");
        gateway.Send(new NodeDirective { Tunnel = new TunnelRequest { Id = "t2", PodUid = "uid-1", Container = "web", Logs = new LogsRequest { Previous = true } } });
        var previous = await gateway.TunnelAsync("t2");
        gateway.Send(new NodeDirective { Tunnel = new TunnelRequest { Id = "t3", PodUid = "uid-1", Container = "web", Logs = new LogsRequest { LimitBytes = 7 } } });
        var limited = await gateway.TunnelAsync("t3");

        Assert.Equal("1970-01-01T00:00:00.5Z c1 line 1\n1970-01-01T00:00:01Z c1 line 2\n1970-01-01T00:00:01.5Z c1 line 3\n", logs.Text);
        Assert.Equal("previous terminated container \"web\" in pod \"web\" not found", previous.Error!.Error);
        Assert.Equal(400, previous.Error.ErrorCode);
        Assert.Equal("c1 line", limited.Text);
    }

    [Fact]
    public async Task Tunnel_ForWhatCannotBe_SaysWhy()
    {
        gateway.Snapshot.Pods.Add(TestGateway.Order(PodLab.Pod(), 1));
        await using var agent = new AgentLab(Options(), runtime);
        await gateway.NextStatusAsync((_, status) => status.ContainerStatuses[0].Ready);
        var attach = new AttachRequest { Streams = new Interfaces.Agents.Streams { Stdout = true } };

        gateway.Send(new NodeDirective { Tunnel = new TunnelRequest { Id = "t1", PodUid = "uid-1", Container = "web", Attach = attach } });
        gateway.Send(new NodeDirective { Tunnel = new TunnelRequest { Id = "t2", PodUid = "uid-1", Port = new PortRequest { Port = 80 } } });
        gateway.Send(new NodeDirective { Tunnel = new TunnelRequest { Id = "t3", PodUid = "uid-2", Container = "web", Attach = attach } });
        gateway.Send(new NodeDirective { Tunnel = new TunnelRequest { Id = "t4", PodUid = "uid-1", Container = "none", Attach = attach } });
        gateway.Send(new NodeDirective { Tunnel = new TunnelRequest { Id = "t5", PodUid = "uid-1", Container = "web" } });

        Assert.Equal((501, "the fake runtime has no streams to attach to"), await ErrorAsync("t1"));
        Assert.Equal((501, "the fake runtime has no ports to connect to"), await ErrorAsync("t2"));
        Assert.Equal((404, "pod \"uid-2\" not found"), await ErrorAsync("t3"));
        Assert.Equal((500, "container not found (\"none\")"), await ErrorAsync("t4"));
        Assert.Equal(501, (await ErrorAsync("t5")).Code);

        async Task<(int Code, string Words)> ErrorAsync(string id) => (await gateway.TunnelAsync(id)).Error is { } error ? (error.ErrorCode, error.Error) : default;
    }

    private HostAgentOptions Options() => new()
    {
        NodeName = "node-a",
        DataDirectory = directory,
        Gateways = [gateway.Address],
        JoinToken = TestGateway.Token,
        AuthorityHash = authority.Hash,
    };

    private static Changes Ordered(V1Pod pod, long revision)
    {
        var changes = new Changes();
        changes.Pods.Add(TestGateway.Order(pod, revision));
        return changes;
    }

    private static async Task WaitUntilAsync(Func<Task<bool>> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!await condition())
        {
            await Task.Delay(10, limit.Token);
        }
    }
}
