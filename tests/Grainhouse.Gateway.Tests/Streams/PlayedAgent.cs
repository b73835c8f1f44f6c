using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Google.Protobuf;
using Grainhouse.Interfaces.Agents;
using Grpc.Core;
using Grpc.Net.Client;

namespace Grainhouse.Gateway.Tests.Streams;

/// <summary>A node's agent, played by a test: one tunnel is asked of it, and opened by the test.</summary>
internal sealed class PlayedAgent : IDisposable
{
    /// <summary>A pod of one container; NODE is the name of its node.</summary>
    public const string Pod = """{"kind":"Pod","apiVersion":"v1","metadata":{"name":"p","uid":"u-1"},"spec":{"nodeName":"NODE","containers":[{"name":"a"}]},"status":{"containerStatuses":[{"name":"a","state":{"running":{}}}]}}""";

    private readonly GrpcChannel channel;
    private readonly TaskCompletionSource<TunnelRequest> asked = new();

    private PlayedAgent(GrpcChannel channel) => this.channel = channel;

    /// <summary>Joins a node, with the pod "p" in a namespace of its name.</summary>
    public static async Task<PlayedAgent> JoinAsync(GatewayFixture gateway, string node)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var first = Channel(gateway, null);
        var joined = await new AgentGateway.AgentGatewayClient(first).JoinAsync(
            new JoinRequest
            {
                NodeName = node,
                CertificateRequest = ByteString.CopyFrom(new CertificateRequest("CN=" + node, key, HashAlgorithmName.SHA256).CreateSigningRequest()),
            },
            new Metadata { { "authorization", "Bearer " + gateway.Authority.JoinToken } });
        var agent = new PlayedAgent(Channel(gateway, X509CertificateLoader.LoadCertificate(joined.Certificate.ToByteArray()).CopyWithPrivateKey(key)));
        gateway.Cluster.Put($"pods/{node}/p", Pod.Replace("NODE", node, StringComparison.Ordinal));
        gateway.Cluster.Nodes.GetOrAdd(node, _ => new FakeNode()).OnTunnel = agent.asked.TrySetResult;
        return agent;
    }

    /// <summary>Waits until a tunnel is asked for, and dials it.</summary>
    public async Task<(TunnelRequest Asked, AsyncDuplexStreamingCall<TunnelFrame, TunnelFrame> Call)> OpenAsync()
    {
        var request = await asked.Task.WaitAsync(TimeSpan.FromSeconds(30));
        var call = new AgentGateway.AgentGatewayClient(channel).Tunnel();
        await call.RequestStream.WriteAsync(new TunnelFrame { TunnelId = request.Id });
        return (request, call);
    }

    public void Dispose() => channel.Dispose();

    private static GrpcChannel Channel(GatewayFixture gateway, X509Certificate2? certificate) =>
        GrpcChannel.ForAddress(gateway.Address, new GrpcChannelOptions { HttpHandler = gateway.NewHandler(certificate), DisposeHttpClient = true });
}
