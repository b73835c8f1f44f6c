using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Google.Protobuf;
using Grainhouse.Interfaces.Agents;
using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Net.Client;

namespace Grainhouse.Gateway.Tests.Agents;

public sealed class AgentDoorTests(GatewayFixture gateway) : IClassFixture<GatewayFixture>
{
    private const string Log = """{"kind":"Pod","apiVersion":"v1","metadata":{"name":"p","uid":"u-1"},"spec":{"nodeName":"NODE","containers":[{"name":"a"}]},"status":{"containerStatuses":[{"name":"a","state":{"running":{}}}]}}""";

    [Fact]
    public async Task Join_WrongToken_Unauthenticated()
    {
        using var channel = Channel();

        var refused = await Assert.ThrowsAsync<RpcException>(async () => await new AgentGateway.AgentGatewayClient(channel)
            .JoinAsync(new JoinRequest { NodeName = "n1" }, new Metadata { { "authorization", "Bearer wrong" } }));

        Assert.Equal(StatusCode.Unauthenticated, refused.StatusCode);
    }

    [Theory]
    [InlineData("")]
    [InlineData("N1")]
    [InlineData("a/b")]
    [InlineData("-a")]
    public async Task Join_BadName_InvalidArgument(string name)
    {
        using var channel = Channel();

        var refused = await Assert.ThrowsAsync<RpcException>(async () => await new AgentGateway.AgentGatewayClient(channel)
            .JoinAsync(new JoinRequest { NodeName = name }, new Metadata { { "authorization", "Bearer " + gateway.Authority.JoinToken } }));

        Assert.Equal(StatusCode.InvalidArgument, refused.StatusCode);
    }

    [Fact]
    public async Task Join_ByItsOwnCertificate_IsRenewed()
    {
        var (channel, client) = await JoinAsync("renews");
        using var kept = channel;
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        var renewed = await client.JoinAsync(new JoinRequest { NodeName = "renews", CertificateRequest = Request("renews", key) });

        using var certificate = X509CertificateLoader.LoadCertificate(renewed.Certificate.ToByteArray());
        Assert.Contains("CN=system:node:renews", certificate.Subject, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Join_ByAnotherNodesCertificate_Unauthenticated()
    {
        var (channel, client) = await JoinAsync("thief");
        using var kept = channel;
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        var refused = await Assert.ThrowsAsync<RpcException>(async () =>
            await client.JoinAsync(new JoinRequest { NodeName = "victim", CertificateRequest = Request("victim", key) }));

        Assert.Equal(StatusCode.Unauthenticated, refused.StatusCode);
    }

    [Fact]
    public async Task Attach_JoinedNode_SnapshotDirectivesAndReports()
    {
        var (channel, client) = await JoinAsync("attach-1");
        using var kept = channel;
        using var call = client.Attach();
        await call.RequestStream.WriteAsync(new AgentReport { Sequence = 1, Hello = new Hello { NodeName = "attach-1", Protocol = 1, Instance = "i" } });
        await call.RequestStream.WriteAsync(new AgentReport { Sequence = 2, Heartbeat = new Heartbeat() });

        Assert.True(await call.ResponseStream.MoveNext(default));
        Assert.NotNull(call.ResponseStream.Current.Snapshot);
        var node = gateway.Cluster.Nodes["attach-1"];
        Assert.Equal(2ul, (await node.Reports.Reader.ReadAsync()).Sequence);
        await node.Directives.Writer.WriteAsync(new NodeDirective { Sequence = 2, Ack = 2 });
        Assert.True(await call.ResponseStream.MoveNext(default));
        Assert.Equal(2ul, call.ResponseStream.Current.Ack);
    }

    [Fact]
    public async Task Attach_GrainEndsTheSession_Aborted()
    {
        var (channel, client) = await JoinAsync("attach-2");
        using var kept = channel;
        using var call = client.Attach();
        await call.RequestStream.WriteAsync(new AgentReport { Sequence = 1, Hello = new Hello { NodeName = "attach-2", Protocol = 1 } });
        Assert.True(await call.ResponseStream.MoveNext(default));

        gateway.Cluster.Nodes["attach-2"].Directives.Writer.Complete();

        var ended = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(default));
        Assert.Equal(StatusCode.Aborted, ended.StatusCode);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Attach_AgentGoesAway_IsNoTrouble(bool abruptly)
    {
        var name = abruptly ? "leaves-1" : "leaves-2";
        var (channel, client) = await JoinAsync(name);
        using var call = client.Attach();
        await call.RequestStream.WriteAsync(new AgentReport { Sequence = 1, Hello = new Hello { NodeName = name, Protocol = 1 } });
        Assert.True(await call.ResponseStream.MoveNext(default));

        if (!abruptly)
        {
            call.Dispose();
        }

        channel.Dispose();

        var told = await gateway.Log.NextAsync(entry => entry.Message.Contains(name, StringComparison.Ordinal) && entry.Event.Id is 5011 or 5012);
        Assert.Equal((Microsoft.Extensions.Logging.LogLevel.Information, null), (told.Level, told.Error));
    }

    [Fact]
    public async Task Attach_AsAnotherNode_PermissionDenied()
    {
        var (channel, client) = await JoinAsync("attach-3");
        using var kept = channel;
        using var call = client.Attach();
        await call.RequestStream.WriteAsync(new AgentReport { Hello = new Hello { NodeName = "victim", Protocol = 1 } });

        var refused = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(default));

        Assert.Equal(StatusCode.PermissionDenied, refused.StatusCode);
    }

    [Fact]
    public async Task Attach_WithoutCertificate_Unauthenticated()
    {
        using var channel = Channel();
        using var call = new AgentGateway.AgentGatewayClient(channel).Attach();

        var refused = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(default));

        Assert.Equal(StatusCode.Unauthenticated, refused.StatusCode);
    }

    [Fact]
    public async Task Log_ThroughTunnel_BytesAsTheyCome()
    {
        var (channel, client) = await JoinAsync("logs-1");
        using var kept = channel;
        gateway.Cluster.Put("pods/logs/p", Log.Replace("NODE", "logs-1", StringComparison.Ordinal));
        var asked = new TaskCompletionSource<TunnelRequest>();
        gateway.Cluster.Nodes.GetOrAdd("logs-1", _ => new FakeNode()).OnTunnel = request => asked.TrySetResult(request);

        var answer = gateway.Client.GetAsync("/api/v1/namespaces/logs/pods/p/log?follow=true&tailLines=5", HttpCompletionOption.ResponseHeadersRead);
        var tunnel = await asked.Task;
        using var call = client.Tunnel();
        await call.RequestStream.WriteAsync(new TunnelFrame { TunnelId = tunnel.Id });
        await call.RequestStream.WriteAsync(new TunnelFrame { Channel = 1, Data = ByteString.CopyFromUtf8("one\n") });
        using var response = await answer;
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync());
        Assert.Equal("one", await lines.ReadLineAsync());
        await call.RequestStream.WriteAsync(new TunnelFrame { Channel = 1, Data = ByteString.CopyFromUtf8("two\n") });
        Assert.Equal("two", await lines.ReadLineAsync());
        await call.RequestStream.CompleteAsync();

        Assert.Null(await lines.ReadLineAsync());
        Assert.Equal(("u-1", "a", true, 5L), (tunnel.PodUid, tunnel.Container, tunnel.Logs.Follow, tunnel.Logs.TailLines));
        Assert.Equal("text/plain", response.Content.Headers.ContentType!.MediaType);
    }

    [Fact]
    public async Task Log_AgentsError_BecomesAStatus()
    {
        var (channel, client) = await JoinAsync("logs-2");
        using var kept = channel;
        gateway.Cluster.Put("pods/logs2/p", Log.Replace("NODE", "logs-2", StringComparison.Ordinal));
        var asked = new TaskCompletionSource<TunnelRequest>();
        gateway.Cluster.Nodes.GetOrAdd("logs-2", _ => new FakeNode()).OnTunnel = request => asked.TrySetResult(request);

        var answer = gateway.GetAsync("/api/v1/namespaces/logs2/pods/p/log");
        using var call = client.Tunnel();
        await call.RequestStream.WriteAsync(new TunnelFrame { TunnelId = (await asked.Task).Id, Error = "no such log", ErrorCode = 404 });

        var (code, body, _) = await answer;
        Assert.Equal((404, "no such log"), (code, (string?)body["message"]));
    }

    [Fact]
    public async Task Log_FollowerLeaves_TunnelEnds()
    {
        var (channel, client) = await JoinAsync("logs-3");
        using var kept = channel;
        gateway.Cluster.Put("pods/logs3/p", Log.Replace("NODE", "logs-3", StringComparison.Ordinal));
        var asked = new TaskCompletionSource<TunnelRequest>();
        gateway.Cluster.Nodes.GetOrAdd("logs-3", _ => new FakeNode()).OnTunnel = request => asked.TrySetResult(request);
        using var leaving = new CancellationTokenSource();

        var answer = gateway.Client.GetAsync("/api/v1/namespaces/logs3/pods/p/log?follow=true", HttpCompletionOption.ResponseHeadersRead, leaving.Token);
        using var call = client.Tunnel();
        await call.RequestStream.WriteAsync(new TunnelFrame { TunnelId = (await asked.Task).Id, Data = ByteString.CopyFromUtf8("x\n") });
        (await answer).Dispose();

        Assert.False(await call.ResponseStream.MoveNext(default));
    }

    [Fact]
    public async Task Log_TunnelOfAnotherNode_NotFound()
    {
        var (channel, client) = await JoinAsync("logs-4");
        using var kept = channel;
        gateway.Cluster.Put("pods/logs4/p", Log.Replace("NODE", "elsewhere", StringComparison.Ordinal));
        var asked = new TaskCompletionSource<TunnelRequest>();
        gateway.Cluster.Nodes.GetOrAdd("elsewhere", _ => new FakeNode()).OnTunnel = request => asked.TrySetResult(request);
        using var leaving = new CancellationTokenSource();
        var answer = gateway.Client.GetAsync("/api/v1/namespaces/logs4/pods/p/log", leaving.Token);

        using var call = client.Tunnel();
        await call.RequestStream.WriteAsync(new TunnelFrame { TunnelId = (await asked.Task).Id });
        var refused = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(default));

        Assert.Equal(StatusCode.NotFound, refused.StatusCode);
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => answer);
    }

    [Theory]
    [InlineData("container=nope", 400, "container nope is not valid for pod p")]
    [InlineData("", 400, "a container name must be specified for pod p, choose one of: [a b]")]
    [InlineData("container=a", 400, "container \"a\" in pod \"p\" is waiting to start: ContainerCreating")]
    [InlineData("container=b&previous=true", 400, "previous terminated container \"b\" in pod \"p\" not found")]
    [InlineData("container=b&tailLines=-1", 422, "PodLogOptions \"\" is invalid: tailLines: Invalid value: -1: must be greater than or equal to 0")]
    [InlineData("container=b", 503, "the agent of node \"away\" is not in reach: the log of pod \"p\" cannot be read now")]
    public async Task Log_CannotBeRead_UpstreamsWords(string query, int expected, string words)
    {
        gateway.Cluster.Put("pods/words/p", """
            {"kind":"Pod","apiVersion":"v1","metadata":{"name":"p","uid":"u"},"spec":{"nodeName":"away","containers":[{"name":"a"},{"name":"b"}]},
             "status":{"containerStatuses":[{"name":"a","state":{"waiting":{"reason":"ContainerCreating"}}},{"name":"b","state":{"running":{}}}]}}
            """);

        var (code, body, _) = await gateway.GetAsync("/api/v1/namespaces/words/pods/p/log?" + query);

        Assert.Equal((expected, words), (code, (string?)body["message"]));
    }

    [Fact]
    public async Task Health_Check_Serving()
    {
        using var channel = Channel();
        var health = new Grpc.Health.V1.Health.HealthClient(channel);

        Assert.Equal(HealthCheckResponse.Types.ServingStatus.Serving, (await health.CheckAsync(new HealthCheckRequest())).Status);
        var unknown = await Assert.ThrowsAsync<RpcException>(async () => await health.CheckAsync(new HealthCheckRequest { Service = "nothing" }));
        Assert.Equal(StatusCode.NotFound, unknown.StatusCode);
    }

    private GrpcChannel Channel(X509Certificate2? certificate = null) =>
        GrpcChannel.ForAddress(gateway.Address, new GrpcChannelOptions { HttpHandler = gateway.NewHandler(certificate), DisposeHttpClient = true });

    private static ByteString Request(string node, ECDsa key) =>
        ByteString.CopyFrom(new CertificateRequest("CN=" + node, key, HashAlgorithmName.SHA256).CreateSigningRequest());

    private async Task<(GrpcChannel Channel, AgentGateway.AgentGatewayClient Client)> JoinAsync(string node)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var first = Channel();
        var joined = await new AgentGateway.AgentGatewayClient(first).JoinAsync(
            new JoinRequest { NodeName = node, CertificateRequest = Request(node, key) },
            new Metadata { { "authorization", "Bearer " + gateway.Authority.JoinToken } });
        Assert.Equal(gateway.Authority.Authority.RawData, joined.Authority.ToByteArray());
        var certificate = X509CertificateLoader.LoadCertificate(joined.Certificate.ToByteArray()).CopyWithPrivateKey(key);
        var channel = Channel(certificate);
        return (channel, new AgentGateway.AgentGatewayClient(channel));
    }
}
