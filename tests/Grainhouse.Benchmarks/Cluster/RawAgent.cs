using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Google.Protobuf;
using Grainhouse.Interfaces.Agents;
using Grpc.Core;
using Grpc.Net.Client;

namespace Grainhouse.Benchmarks.Cluster;

/// <summary>The wire of a host agent with nothing behind it: what arrives is seen at once.</summary>
internal sealed class RawAgent : IAsyncDisposable
{
    private readonly GrpcChannel channel;
    private readonly AsyncDuplexStreamingCall<AgentReport, NodeDirective> stream;
    private readonly CancellationTokenSource left = new();
    private readonly Task beating;

    private RawAgent(GrpcChannel channel, AsyncDuplexStreamingCall<AgentReport, NodeDirective> stream)
    {
        (this.channel, this.stream) = (channel, stream);
        beating = BeatAsync();
    }

    /// <summary>What the node is told.</summary>
    public IAsyncStreamReader<NodeDirective> Directives => stream.ResponseStream;

    /// <summary>Joins a cluster and attaches to one of its gateways.</summary>
    public static async Task<RawAgent> AttachAsync(RunningCluster gateway, string node)
    {
        var authority = X509Certificate2.CreateFromPem(await File.ReadAllTextAsync(Path.Combine(gateway.DataDirectory, "pki", "ca.crt")));
        var token = (await File.ReadAllTextAsync(Path.Combine(gateway.DataDirectory, "pki", "join.token"))).Trim();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=" + node, key, HashAlgorithmName.SHA256).CreateSigningRequest();
        using var first = Channel(gateway, authority, certificate: null);
        var joined = await new AgentGateway.AgentGatewayClient(first).JoinAsync(
            new JoinRequest { NodeName = node, CertificateRequest = ByteString.CopyFrom(request) }, new Metadata { { "authorization", "Bearer " + token } });
        var certificate = X509CertificateLoader.LoadCertificate(joined.Certificate.ToByteArray()).CopyWithPrivateKey(key);
        var channel = Channel(gateway, authority, certificate);
        var stream = new AgentGateway.AgentGatewayClient(channel).Attach();
        await stream.RequestStream.WriteAsync(new AgentReport { Sequence = 1, Hello = new Hello { NodeName = node, Protocol = 1, Instance = node } });
        await stream.RequestStream.WriteAsync(new AgentReport
        {
            Sequence = 2,
            Node = new NodeReport { Status = ByteString.CopyFromUtf8("""{"capacity":{"cpu":"64","memory":"256Gi","pods":"100000"},"allocatable":{"cpu":"64","memory":"256Gi","pods":"100000"},"conditions":[{"type":"Ready","status":"True"}]}""") },
        });
        return new RawAgent(channel, stream);
    }

    public async ValueTask DisposeAsync()
    {
        await left.CancelAsync();
        await beating;
        stream.Dispose();
        channel.Dispose();
        left.Dispose();
    }

    private async Task BeatAsync()
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
        for (ulong sequence = 3; !left.IsCancellationRequested; sequence++)
        {
            await stream.RequestStream.WriteAsync(new AgentReport { Sequence = sequence, Heartbeat = new Heartbeat() });
            await Task.WhenAny(timer.WaitForNextTickAsync(left.Token).AsTask());
        }
    }

    private static GrpcChannel Channel(RunningCluster gateway, X509Certificate2 authority, X509Certificate2? certificate)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.Add(authority);
        var tls = new SslClientAuthenticationOptions { CertificateChainPolicy = policy };
        if (certificate is not null)
        {
            tls.ClientCertificates = [certificate];
        }

        return GrpcChannel.ForAddress($"https://127.0.0.1:{gateway.Port}", new GrpcChannelOptions { HttpHandler = new SocketsHttpHandler { SslOptions = tls }, DisposeHttpClient = true });
    }
}
