using System.Security.Cryptography;
using Google.Protobuf;
using Grainhouse.Gateway.Security;
using Grainhouse.Interfaces.Agents;
using Grainhouse.Interfaces.Grains;
using Grpc.Core;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Concurrency;
using Orleans.Runtime;

namespace Grainhouse.Gateway.Agents;

/// <summary>The gRPC door of host agents: passes on what node grains and agents say to each other.</summary>
internal sealed partial class AgentDoor(
    IGrainFactory grains,
    ClusterAuthority authority,
    Authenticator authenticator,
    TunnelBroker tunnels,
    AttachedNodes attached,
    GatewayOptions options,
    IHostApplicationLifetime lifetime,
    TimeProvider time,
    ILogger<AgentDoor> logger) : AgentGateway.AgentGatewayBase
{
    private const uint Protocol = 1;
    private const int LongestName = 253;

    /// <inheritdoc/>
    public override Task<JoinResponse> Join(JoinRequest request, ServerCallContext context)
    {
        var renews = CertifiedNode(context) == request.NodeName;
        if (!renews && !SaysToken(context))
        {
            // TLS servers do not send their root: an agent that knows only its hash learns it here, and checks it before it says its token.
            Metadata trailers = [new("grainhouse-authority-bin", authority.Authority.RawData)];
            throw new RpcException(
                new Status(StatusCode.Unauthenticated, "the join token is not the cluster's: take the one that the silo shows, or pki/join.token in its data directory"),
                trailers);
        }

        if (!IsNodeName(request.NodeName))
        {
            throw Failed(StatusCode.InvalidArgument, $"node_name \"{request.NodeName}\" must consist of lower case alphanumeric characters, '-' or '.', and start and end with an alphanumeric character");
        }

        try
        {
            using var certificate = authority.SignNode(request.NodeName, request.CertificateRequest.ToByteArray());
            if (renews)
            {
                LogRenewed(request.NodeName);
            }
            else
            {
                LogJoined(request.NodeName);
            }

            return Task.FromResult(new JoinResponse
            {
                Certificate = ByteString.CopyFrom(certificate.RawData),
                Authority = ByteString.CopyFrom(authority.Authority.RawData),
            });
        }
        catch (Exception cause) when (cause is CryptographicException or NotSupportedException)
        {
            // The latter for algorithms and curves that nobody here knows.
            throw Failed(StatusCode.InvalidArgument, $"certificate_request is not a valid PKCS#10 request: {cause.Message}");
        }
    }

    /// <inheritdoc/>
    public override async Task Attach(
        IAsyncStreamReader<AgentReport> requestStream, IServerStreamWriter<NodeDirective> responseStream, ServerCallContext context)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, lifetime.ApplicationStopping);
        try
        {
            var hello = await ReadHelloAsync(requestStream, context, end.Token);
            attached.Add(hello.NodeName);
            try
            {
                await ExchangeAsync(requestStream, responseStream, hello, end, context.CancellationToken);
            }
            finally
            {
                attached.Remove(hello.NodeName);
            }
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            throw Failed(StatusCode.Unavailable, "the gateway stops: attach to another one, or again");
        }
    }

    /// <inheritdoc/>
    public override async Task Tunnel(
        IAsyncStreamReader<TunnelFrame> requestStream, IServerStreamWriter<TunnelFrame> responseStream, ServerCallContext context)
    {
        var node = NodeOf(context);
        if (!await requestStream.MoveNext(context.CancellationToken) || requestStream.Current.TunnelId.Length == 0)
        {
            throw Failed(StatusCode.InvalidArgument, "the first frame must name the tunnel");
        }

        var tunnel = tunnels.Take(requestStream.Current.TunnelId, node)
            ?? throw Failed(StatusCode.NotFound, "nobody waits for this tunnel (any more)");
        try
        {
            await tunnel.ServeAsync(requestStream, responseStream, context.CancellationToken);
        }
        catch (OperationCanceledException) when (context.CancellationToken.IsCancellationRequested)
        {
            // The agent left. Whoever reads its frames learns it from them.
        }
    }

    private async Task<Hello> ReadHelloAsync(IAsyncStreamReader<AgentReport> reports, ServerCallContext context, CancellationToken cancellationToken)
    {
        var node = NodeOf(context);
        if (!await reports.MoveNext(cancellationToken) || reports.Current.Hello is not { } hello)
        {
            throw Failed(StatusCode.InvalidArgument, "the first report must be a hello");
        }

        if (hello.NodeName != node)
        {
            throw Failed(StatusCode.PermissionDenied, $"the certificate is of node \"{node}\", not of \"{hello.NodeName}\"");
        }

        return hello.Protocol == Protocol
            ? hello
            : throw Failed(StatusCode.FailedPrecondition, $"this gateway speaks protocol {Protocol}, the agent {hello.Protocol}");
    }

    private async Task ExchangeAsync(
        IAsyncStreamReader<AgentReport> reports,
        IServerStreamWriter<NodeDirective> directives,
        Hello hello,
        CancellationTokenSource end,
        CancellationToken agentLeft)
    {
        var node = grains.GetGrain<INodeGrain>(hello.NodeName);

        // The grain's session exists once its first directive is here; a report before that would be nobody's.
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var down = PassDirectivesAsync(node, hello, directives, begun, end.Token);
        var up = PassReportsAsync(node, hello, reports, begun.Task, end.Token);
        var first = await Task.WhenAny(down, up);
        await end.CancelAsync();
        var lost = await ProblemAsync(first) ?? await ProblemAsync(first == down ? up : down);
        switch (lost)
        {
            case RpcException refused:
                throw refused;
            case var _ when lifetime.ApplicationStopping.IsCancellationRequested:
                LogEnded(hello.NodeName, "the gateway stops");
                throw Failed(StatusCode.Unavailable, "the gateway stops: attach to another one, or again");
            case var _ when lost is IOException || agentLeft.IsCancellationRequested:
                // An agent that is stopped or killed just goes away: nobody is there to be answered.
                LogEnded(hello.NodeName, "its agent has left");
                throw Failed(StatusCode.Cancelled, "the agent has left");
            case null when first == up:
                LogEnded(hello.NodeName, "its agent has said all");
                return;
            case null:
                throw Failed(StatusCode.Aborted, "the session was ended by the node's grain: attach again");
            case EnumerationAbortedException:
                LogEnded(hello.NodeName, "the node's grain has moved");
                throw Failed(StatusCode.Aborted, "the node's grain has moved: attach again");
            case InvalidProtocolBufferException or InvalidDataException or MalformedReportException:
                LogEnded(hello.NodeName, "a report cannot be read");
                throw Failed(StatusCode.InvalidArgument, lost.Message);
            default:
                LogLost(lost, hello.NodeName);
                throw Failed(StatusCode.Unavailable, $"the node's grain is not in reach: {lost.Message}");
        }
    }

    private async Task PassDirectivesAsync(
        INodeGrain node, Hello hello, IServerStreamWriter<NodeDirective> output, TaskCompletionSource begun, CancellationToken cancellationToken)
    {
        await foreach (var directive in node.AttachAsync(hello.AsImmutable(), cancellationToken).WithCancellation(cancellationToken))
        {
            // Nothing is kept here for an agent that does not read: the grain bounds what waits, and we bound the wait.
            await output.WriteAsync(directive.Value, cancellationToken).WaitAsync(options.AgentTimeout, time, cancellationToken);
            begun.TrySetResult();
        }
    }

    private static async Task PassReportsAsync(
        INodeGrain node, Hello hello, IAsyncStreamReader<AgentReport> reports, Task begun, CancellationToken cancellationToken)
    {
        await begun.WaitAsync(cancellationToken);
        while (await reports.MoveNext(cancellationToken))
        {
            await node.ReportAsync(hello.Instance, reports.Current.AsImmutable());
        }
    }

    // Whatever ended one direction ends the call; which answer it is depends on the kind of failure.
    private static async Task<Exception?> ProblemAsync(Task task)
    {
        await ((Task)task.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default));
        return task.IsCanceled ? null : task.Exception?.InnerException;
    }

    private bool SaysToken(ServerCallContext context)
    {
        const string bearer = "Bearer ";
        var given = context.RequestHeaders.GetValue("authorization") ?? "";
        return given.StartsWith(bearer, StringComparison.OrdinalIgnoreCase)
            && ClusterAuthority.TokensEqual(given.AsSpan(bearer.Length).Trim(), authority.JoinToken);
    }

    private string NodeOf(ServerCallContext context) =>
        CertifiedNode(context) ?? throw Failed(StatusCode.Unauthenticated, "a client certificate of a node is needed: join first");

    // The node that the connection's certificate is of; null without one that is good now.
    private string? CertifiedNode(ServerCallContext context) =>
        context.GetHttpContext().Connection.ClientCertificate is { } certificate ? authenticator.FromCertificate(certificate)?.Node : null;

    private static bool IsNodeName(string name)
    {
        if (name.Length is 0 or > LongestName || !char.IsAsciiLetterOrDigit(name[0]) || !char.IsAsciiLetterOrDigit(name[^1]))
        {
            return false;
        }

        foreach (var letter in name)
        {
            if (!char.IsAsciiLetterLower(letter) && !char.IsAsciiDigit(letter) && letter is not ('-' or '.'))
            {
                return false;
            }
        }

        return true;
    }

    private static RpcException Failed(StatusCode code, string message) => new(new Status(code, message));
}
