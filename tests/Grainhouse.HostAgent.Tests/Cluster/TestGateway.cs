using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Threading.Channels;
using Google.Protobuf;
using Grainhouse.Interfaces.Agents;
using Grpc.Core;
using k8s;
using k8s.Models;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Grainhouse.HostAgent.Tests.Cluster;

/// <summary>A gateway for one test: real TLS and gRPC on a loopback port, a script instead of a cluster.</summary>
internal sealed class TestGateway : AgentGateway.AgentGatewayBase, IAsyncDisposable
{
    public const string Token = "abc.secret";

    private readonly WebApplication app;
    private readonly Channel<AgentReport> reports = Channel.CreateUnbounded<AgentReport>();
    private readonly ConcurrentDictionary<string, Channel<TunnelFrame>> tunnels = new();
    private Channel<NodeDirective> directives = Channel.CreateUnbounded<NodeDirective>();
    private ulong sequence;

    private TestGateway(TestAuthority authority, int port)
    {
        Authority = authority;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddGrpc();
        builder.Services.AddSingleton(this);
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port, listen =>
        {
            listen.Protocols = HttpProtocols.Http2;
            listen.UseHttps(authority.ForServer(), https =>
            {
                https.ClientCertificateMode = ClientCertificateMode.AllowCertificate;
                https.ClientCertificateValidation = (certificate, _, _) => certificate.Issuer == authority.Certificate.Subject;
                https.ServerCertificateChain = [authority.Certificate];
            });
        }));
        app = builder.Build();
        app.MapGrpcService<TestGateway>();
    }

    public TestAuthority Authority { get; }

    public Uri Address { get; private set; } = new("https://127.0.0.1");

    public int Joins { get; private set; }

    /// <summary>The certificates that were bought by a certificate.</summary>
    public int Renewals { get; private set; }

    /// <summary>Until when the certificates serve that a token buys.</summary>
    public DateTimeOffset FirstUntil { get; set; } = DateTimeOffset.UnixEpoch.AddYears(85);

    public int Attachments { get; private set; }

    /// <summary>What every stream begins with.</summary>
    public Snapshot Snapshot { get; set; } = new() { Settings = new Settings { HeartbeatMs = 200 } };

    public bool Acknowledges { get; set; } = true;

    public static async Task<TestGateway> StartAsync(TestAuthority authority, int port = 0)
    {
        var gateway = new TestGateway(authority, port);
        await gateway.app.StartAsync();
        var address = gateway.app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        gateway.Address = new Uri(address);
        return gateway;
    }

    public static PodOrder Order(V1Pod pod, long revision) => new()
    {
        Uid = pod.Metadata.Uid,
        Revision = revision,
        Pod = ByteString.CopyFromUtf8(KubernetesJson.Serialize(pod)),
    };

    public override Task<JoinResponse> Join(JoinRequest request, ServerCallContext context)
    {
        if (context.GetHttpContext().Connection.ClientCertificate is not null && context.RequestHeaders.GetValue("authorization") is null)
        {
            Renewals++;
            return Task.FromResult(Issue(request, DateTimeOffset.UnixEpoch.AddYears(85)));
        }

        if (context.RequestHeaders.GetValue("authorization") != $"Bearer {Token}")
        {
            Metadata trailers = [new("grainhouse-authority-bin", Authority.Certificate.RawData)];
            throw new RpcException(new Status(StatusCode.Unauthenticated, "no"), trailers);
        }

        Joins++;
        return Task.FromResult(Issue(request, FirstUntil));
    }

    public override async Task Attach(IAsyncStreamReader<AgentReport> requestStream, IServerStreamWriter<NodeDirective> responseStream, ServerCallContext context)
    {
        if (context.GetHttpContext().Connection.ClientCertificate is not { } certificate)
        {
            throw new RpcException(new Status(StatusCode.Unauthenticated, "no certificate"));
        }

        Assert.Contains("CN=system:node:node-a", certificate.Subject, StringComparison.Ordinal);
        Assert.Contains("O=system:nodes", certificate.Subject, StringComparison.Ordinal);
        Attachments++;
        sequence = 0;
        directives = Channel.CreateUnbounded<NodeDirective>();
        Send(new NodeDirective { Snapshot = Snapshot });
        var reading = ReadAsync(requestStream);
        await foreach (var directive in directives.Reader.ReadAllAsync(context.CancellationToken))
        {
            await responseStream.WriteAsync(directive);
        }
    }

    public override async Task Tunnel(IAsyncStreamReader<TunnelFrame> requestStream, IServerStreamWriter<TunnelFrame> responseStream, ServerCallContext context)
    {
        Assert.True(await requestStream.MoveNext());
        var frames = tunnels.GetOrAdd(requestStream.Current.TunnelId, _ => Channel.CreateUnbounded<TunnelFrame>());
        while (await requestStream.MoveNext())
        {
            frames.Writer.TryWrite(requestStream.Current);
        }

        frames.Writer.Complete();
    }

    public void Send(NodeDirective directive, ulong skip = 0)
    {
        lock (app)
        {
            sequence += 1 + skip;
            directive.Sequence = sequence;
            directives.Writer.TryWrite(directive);
        }
    }

    public void End() => directives.Writer.TryComplete();

    public async Task<AgentReport> NextAsync(Func<AgentReport, bool> wanted)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await foreach (var report in reports.Reader.ReadAllAsync(limit.Token))
        {
            if (wanted(report))
            {
                return report;
            }
        }

        throw new InvalidOperationException("The reports ended.");
    }

    public async Task<V1PodStatus> NextStatusAsync(Func<PodReport, V1PodStatus, bool> wanted)
    {
        V1PodStatus? found = null;
        await NextAsync(report =>
        {
            foreach (var pod in report.Pods?.Pods ?? [])
            {
                var status = KubernetesJson.Deserialize<V1PodStatus>(pod.Status.ToStringUtf8());
                if (wanted(pod, status))
                {
                    found = status;
                }
            }

            return found is not null;
        });
        return found!;
    }

    public async Task<(string Text, TunnelFrame? Error)> TunnelAsync(string id)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var text = new StringBuilder();
        TunnelFrame? error = null;
        await foreach (var frame in tunnels.GetOrAdd(id, _ => Channel.CreateUnbounded<TunnelFrame>()).Reader.ReadAllAsync(limit.Token))
        {
            text.Append(frame.Data.ToStringUtf8());
            error = frame.Error.Length > 0 ? frame : error;
        }

        return (text.ToString(), error);
    }

    public async ValueTask DisposeAsync()
    {
        End();
        await app.StopAsync(new CancellationToken(canceled: true));
        await app.DisposeAsync();
    }

    private JoinResponse Issue(JoinRequest request, DateTimeOffset until) => new()
    {
        Certificate = ByteString.CopyFrom(Authority.Sign(request.CertificateRequest.ToByteArray(), until)),
        Authority = ByteString.CopyFrom(Authority.Certificate.RawData),
    };

    private async Task ReadAsync(IAsyncStreamReader<AgentReport> stream)
    {
        try
        {
            while (await stream.MoveNext())
            {
                reports.Writer.TryWrite(stream.Current);
                if (Acknowledges)
                {
                    Send(new NodeDirective { Ack = stream.Current.Sequence });
                }
            }
        }
        catch (Exception error) when (error is IOException or RpcException or OperationCanceledException)
        {
            // The agent has gone.
        }
    }
}
