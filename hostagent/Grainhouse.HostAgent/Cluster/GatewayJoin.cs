using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Google.Protobuf;
using Grainhouse.Interfaces.Agents;
using Grpc.Core;
using Microsoft.Extensions.Logging;

namespace Grainhouse.HostAgent.Cluster;

/// <summary>Gets the agent its certificate: by the join token at first, by the certificate itself when it has to be renewed.</summary>
internal sealed partial class GatewayJoin(HostAgentOptions options, AgentIdentity identity, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Sees to it that there is a certificate that serves. A renewal that fails is tried again at the next connection.</summary>
    public async Task EnsureAsync(Uri gateway, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (!identity.IsDue(now))
        {
            return;
        }

        if (identity.IsExpired(now))
        {
            await JoinAsync(gateway, cancellationToken);
            return;
        }

        try
        {
            await RenewAsync(gateway, cancellationToken);
        }
        catch (RpcException error)
        {
            LogRenewalFailed(error, identity.Certificate!.NotAfter);
        }
    }

    /// <summary>Judges a gateway by what is known of its authority.</summary>
    public RemoteCertificateValidationCallback Trust()
    {
        if (identity.Authority is { } known)
        {
            return GatewayTrust.By(known);
        }

        if (options.AuthorityFile is { } file)
        {
            return GatewayTrust.By(X509CertificateLoader.LoadCertificateFromFile(file));
        }

        return options.AuthorityHash is { } hash
            ? GatewayTrust.ByHash(hash)
            : throw new InvalidOperationException("HostAgent: the agent has not joined yet; AuthorityFile or AuthorityHash must say which cluster to trust.");
    }

    private async Task JoinAsync(Uri gateway, CancellationToken cancellationToken)
    {
        if (options.JoinToken is not { Length: > 0 } token)
        {
            throw new InvalidOperationException("HostAgent: the agent has no certificate; JoinToken must be given for first contact.");
        }

        using var channel = GatewayDialer.Dial(gateway, Trust(), certificate: null);
        var headers = new Metadata { { "authorization", $"Bearer {token}" } };
        await AskAsync(new AgentGateway.AgentGatewayClient(channel), headers, cancellationToken);
        LogJoined(options.NodeName, gateway);
    }

    private async Task RenewAsync(Uri gateway, CancellationToken cancellationToken)
    {
        using var channel = GatewayDialer.Dial(gateway, Trust(), identity.Certificate);
        Metadata headers = options.JoinToken is { Length: > 0 } token ? [new("authorization", $"Bearer {token}")] : [];
        await AskAsync(new AgentGateway.AgentGatewayClient(channel), headers, cancellationToken);
        LogRenewed(options.NodeName, identity.Certificate!.NotAfter);
    }

    private async Task AskAsync(AgentGateway.AgentGatewayClient client, Metadata headers, CancellationToken cancellationToken)
    {
        var request = new JoinRequest
        {
            NodeName = options.NodeName,
            CertificateRequest = UnsafeByteOperations.UnsafeWrap(identity.Request(options.NodeName)),
        };
        var response = await client.JoinAsync(request, headers, time.GetUtcNow().UtcDateTime + CallTimeout, cancellationToken);
        var authority = response.Authority.ToByteArray();
        if (options.AuthorityHash is { } pin && identity.Authority is null && !GatewayTrust.HasHash(X509CertificateLoader.LoadCertificate(authority), pin))
        {
            throw new RpcException(new Status(StatusCode.Unauthenticated, $"the gateway's authority does not have the hash {pin}"));
        }

        identity.Keep(response.Certificate.ToByteArray(), authority);
    }

    [LoggerMessage(3040, LogLevel.Information, "Node {Node} has joined the cluster at {Gateway}")]
    private partial void LogJoined(string node, Uri gateway);

    [LoggerMessage(3041, LogLevel.Information, "The certificate of node {Node} was renewed; it serves until {Until}")]
    private partial void LogRenewed(string node, DateTime until);

    [LoggerMessage(3042, LogLevel.Warning, "The agent's certificate could not be renewed yet; it serves until {Until}")]
    private partial void LogRenewalFailed(Exception error, DateTime until);
}
