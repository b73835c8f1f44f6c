using Grainhouse.Interfaces.Agents;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.Extensions.Logging;

namespace Grainhouse.HostAgent.Cluster;

/// <summary>Keeps the agent attached to a gateway, whichever one answers.</summary>
internal sealed partial class AgentConnection(
    HostAgentOptions options, IAgentNode node, AgentIdentity identity, TimeProvider time, ILogger<AgentConnection> logger)
{
    private readonly GatewayList gateways = new(options.Gateways);
    private readonly GatewayJoin join = new(options, identity, time, logger);

    /// <summary>Takes over what the last directive said of the cluster's gateways.</summary>
    public void TakeSettings(Settings settings) => gateways.Take(settings);

    /// <summary>Attaches again and again until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var failures = 0;
        while (!cancellationToken.IsCancellationRequested)
        {
            var gateway = gateways.Current;
            var began = time.GetUtcNow();
            Exception? lost = null;
            try
            {
                await join.EnsureAsync(gateway, cancellationToken);
                await AttachAsync(gateway, cancellationToken);
                LogEnded(gateway);
            }
            catch (Exception error) when (cancellationToken.IsCancellationRequested && error is OperationCanceledException or RpcException { StatusCode: StatusCode.Cancelled })
            {
                return;
            }
            catch (Exception error)
            {
                // The edge of the connection's loop: whatever ended it, the agent carries on alone and tries again.
                LogLost(gateway, Words(error));
                lost = error;
            }

            var held = Reconnection.Held(time.GetUtcNow() - began);
            failures = held ? 1 : failures + 1;
            if (!held || Reconnection.IsGatewaysFault(lost))
            {
                gateways.Next();
            }

            await Task.Delay(Reconnection.Delay(gateways.Current, gateways.RoundOf(failures), Random.Shared), time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task AttachAsync(Uri gateway, CancellationToken cancellationToken)
    {
        using var channel = GatewayDialer.Dial(gateway, join.Authority, identity.Certificate);
        var client = new AgentGateway.AgentGatewayClient(channel);

        // A connection of their own: what flows through tunnels is not in the way of reports and directives.
        using var carrier = GatewayDialer.Dial(gateway, join.Authority, identity.Certificate);
        await using var tunnels = new Tunnels(node, gateway, address => DialOther(gateway, carrier, address), logger);
        var call = client.Attach(cancellationToken: cancellationToken);
        var hello = new Hello { NodeName = options.NodeName, AgentVersion = AgentVersion.Text, Protocol = 1, Instance = Guid.NewGuid().ToString("N") };
        var session = new AttachSession(node, hello, call, tunnels.Open, gateways.Take, options.HeartbeatInterval, time);
        LogAttaching(options.NodeName, gateway);
        using var attached = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var keeping = join.KeepAsync(gateway, attached.Token);
        try
        {
            await session.RunAsync(cancellationToken);
        }
        finally
        {
            await attached.CancelAsync();
            await keeping.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private (GrpcChannel Channel, bool IsOwn) DialOther(Uri current, GrpcChannel channel, string address) =>
        address.Length == 0 || !Uri.TryCreate(address, UriKind.Absolute, out var other) || other == current
            ? (channel, false)
            : (GatewayDialer.Dial(other, join.Authority, identity.Certificate), true);

    private static string Words(Exception error) => error is RpcException rpc ? $"{rpc.StatusCode}: {rpc.Status.Detail}" : error.Message;

    [LoggerMessage(3050, LogLevel.Debug, "Node {Node} attaches to {Gateway}")]
    private partial void LogAttaching(string node, Uri gateway);

    [LoggerMessage(3051, LogLevel.Information, "The stream to {Gateway} has ended; attaching again")]
    private partial void LogEnded(Uri gateway);

    [LoggerMessage(3052, LogLevel.Warning, "The connection to {Gateway} failed: {Error}; the node carries on and tries again")]
    private partial void LogLost(Uri gateway, string error);
}
