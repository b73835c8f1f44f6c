using System.Security.Cryptography.X509Certificates;
using Google.Protobuf;
using Grainhouse.Interfaces.Agents;
using Grpc.Core;
using Microsoft.Extensions.Logging;

namespace Grainhouse.HostAgent.Cluster;

/// <summary>Gets the agent its certificate: by the join token at first, from then on by the certificate that it has.</summary>
internal sealed partial class GatewayJoin(HostAgentOptions options, AgentIdentity identity, TimeProvider time, ILogger logger)
{
    /// <summary>The trailer in which a gateway names its authority (X.509, DER) to who has no token yet.</summary>
    internal const string AuthorityTrailer = "grainhouse-authority-bin";

    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(10);

    /// <summary>The wait after a renewal that failed: there is a fifth of the certificate's life left to try in.</summary>
    private static readonly TimeSpan RetryInterval = TimeSpan.FromMinutes(1);

    /// <summary>The longest wait in one piece: clocks are set, and timers know a most.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);

    /// <summary>Sees to it that there is a certificate that serves now.</summary>
    public Task EnsureAsync(Uri gateway, CancellationToken cancellationToken) =>
        identity.IsExpired(time.GetUtcNow()) ? JoinAsync(gateway, cancellationToken) : Task.CompletedTask;

    /// <summary>Renews the certificate whenever that is due, until cancelled; the stream that holds meanwhile is not touched.</summary>
    public async Task KeepAsync(Uri gateway, CancellationToken cancellationToken)
    {
        while (true)
        {
            var left = identity.RenewAt - time.GetUtcNow();
            if (left > TimeSpan.Zero)
            {
                await Task.Delay(left < LongestWait ? left : LongestWait, time, cancellationToken);
                continue;
            }

            try
            {
                await RenewAsync(gateway, cancellationToken);
            }
            catch (RpcException error) when (!cancellationToken.IsCancellationRequested)
            {
                LogRenewalFailed(error, identity.Certificate!.NotAfter);
                await Task.Delay(RetryInterval, time, cancellationToken);
            }
        }
    }

    /// <summary>The authority of the cluster that the agent has joined.</summary>
    public X509Certificate2 Authority =>
        identity.Authority ?? throw new InvalidOperationException("HostAgent: the agent has not joined a cluster yet.");

    private async Task<X509Certificate2> FirstAuthorityAsync(Uri gateway, CancellationToken cancellationToken)
    {
        if (identity.Authority is { } known)
        {
            return known;
        }

        if (options.AuthorityFile is { } file)
        {
            return X509CertificateLoader.LoadCertificateFromFile(file);
        }

        return options.AuthorityHash is { } hash
            ? await LearnAuthorityAsync(gateway, hash, cancellationToken)
            : throw new InvalidOperationException("HostAgent: the agent has not joined yet; AuthorityFile or AuthorityHash must say which cluster to trust.");
    }

    /// <summary>Asks a gateway for its authority, and believes it only if it has the hash. The token is not said before that.</summary>
    /// <remarks>TLS servers do not send their root, so it comes as a trailer of the refusal of a Join without a token.</remarks>
    private async Task<X509Certificate2> LearnAuthorityAsync(Uri gateway, string hash, CancellationToken cancellationToken)
    {
        using var channel = GatewayDialer.Dial(gateway, authority: null, certificate: null);
        var client = new AgentGateway.AgentGatewayClient(channel);
        try
        {
            await client.JoinAsync(new JoinRequest { NodeName = options.NodeName }, deadline: time.GetUtcNow().UtcDateTime + CallTimeout, cancellationToken: cancellationToken);
        }
        catch (RpcException refusal) when (refusal.StatusCode == StatusCode.Unauthenticated && refusal.Trailers.GetValueBytes(AuthorityTrailer) is { } bytes)
        {
            var authority = X509CertificateLoader.LoadCertificate(bytes);
            return GatewayTrust.HasHash(authority, hash)
                ? authority
                : throw new InvalidOperationException($"HostAgent: the authority of {gateway} does not have the hash {hash}: this is another cluster, or somebody in between.");
        }

        throw new InvalidOperationException($"HostAgent: {gateway} does not say what its authority is; AuthorityFile must.");
    }

    private async Task JoinAsync(Uri gateway, CancellationToken cancellationToken)
    {
        if (options.JoinToken is not { Length: > 0 } token)
        {
            throw new InvalidOperationException("HostAgent: the agent has no certificate; JoinToken must be given for first contact.");
        }

        var authority = await FirstAuthorityAsync(gateway, cancellationToken);
        using var channel = GatewayDialer.Dial(gateway, authority, certificate: null);
        var headers = new Metadata { { "authorization", $"Bearer {token}" } };
        await AskAsync(new AgentGateway.AgentGatewayClient(channel), headers, cancellationToken);
        LogJoined(options.NodeName, gateway);
    }

    private async Task RenewAsync(Uri gateway, CancellationToken cancellationToken)
    {
        using var channel = GatewayDialer.Dial(gateway, Authority, identity.Certificate);
        await AskAsync(new AgentGateway.AgentGatewayClient(channel), [], cancellationToken);
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
        identity.Keep(response.Certificate.ToByteArray(), response.Authority.ToByteArray());
    }

    [LoggerMessage(3040, LogLevel.Information, "Node {Node} has joined the cluster at {Gateway}")]
    private partial void LogJoined(string node, Uri gateway);

    [LoggerMessage(3041, LogLevel.Information, "The certificate of node {Node} was renewed; it serves until {Until}")]
    private partial void LogRenewed(string node, DateTime until);

    [LoggerMessage(3042, LogLevel.Warning, "The agent's certificate could not be renewed yet; it serves until {Until}")]
    private partial void LogRenewalFailed(Exception error, DateTime until);
}
