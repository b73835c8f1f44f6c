using System.Net.Sockets;
using Grainhouse.HostAgent.Runtimes;

namespace Grainhouse.HostAgent.Probes;

/// <summary>What a probe found.</summary>
/// <param name="Outcome">Success or failure.</param>
/// <param name="Message">How it failed, in kubelet's words after "Readiness probe ": <c>failed: ...</c> or <c>errored: ...</c>.</param>
public readonly record struct ProbeFinding(ProbeOutcome Outcome, string Message)
{
    /// <summary>The container answered as it should.</summary>
    public static readonly ProbeFinding Success = new(ProbeOutcome.Success, "");

    /// <summary>The container did not answer as it should.</summary>
    public static ProbeFinding Failed(string message) => new(ProbeOutcome.Failure, $"failed: {message}");

    /// <summary>The question could not even be asked.</summary>
    public static ProbeFinding Errored(string message) => new(ProbeOutcome.Failure, $"errored: {message}");
}

/// <summary>Asks probes and hooks. One serves all pods; safe for use from any thread.</summary>
public sealed class Prober(TimeProvider time) : IDisposable
{
    private readonly HttpProber http = new();
    private readonly GrpcProber grpc = new();

    /// <summary>Asks once, for at most <paramref name="timeout"/>.</summary>
    public async Task<ProbeFinding> AskAsync(
        IContainerRuntime runtime, string containerId, ProbeTarget target, TimeSpan timeout, CancellationToken cancellationToken)
    {
        if (target is ProbeTarget.Exec exec)
        {
            return await ExecAsync(runtime, containerId, exec, timeout, cancellationToken);
        }

        if (target is ProbeTarget.Unresolved unresolved)
        {
            return ProbeFinding.Errored(unresolved.Reason);
        }

        using var deadline = new CancellationTokenSource(timeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            return target switch
            {
                ProbeTarget.Http get => await http.AskAsync(get, both.Token),
                ProbeTarget.Tcp tcp => await ConnectAsync(tcp, both.Token),
                ProbeTarget.Grpc health => await grpc.AskAsync(health, timeout, both.Token),
                ProbeTarget.Sleep sleep => await SleepAsync(sleep, both.Token),
                _ => ProbeFinding.Errored("missing probe handler"),
            };
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return ProbeFinding.Failed(TimeoutMessage(target, timeout));
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        http.Dispose();
        grpc.Dispose();
    }

    private static string TimeoutMessage(ProbeTarget target, TimeSpan timeout) => target switch
    {
        ProbeTarget.Http get => $"Get \"{get.Url}\": context deadline exceeded (Client.Timeout exceeded while awaiting headers)",
        ProbeTarget.Tcp tcp => $"dial tcp {tcp.Host}:{tcp.Port}: i/o timeout",
        ProbeTarget.Grpc health => $"timeout: failed to connect service \"{health.Host}:{health.Port}\" within {timeout.TotalSeconds:0.###}s: context deadline exceeded",
        _ => "timeout",
    };

    private static async Task<ProbeFinding> ExecAsync(
        IContainerRuntime runtime, string containerId, ProbeTarget.Exec exec, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var result = await runtime.ExecAsync(containerId, exec.Command, timeout, cancellationToken);
        return result switch
        {
            { TimedOut: true } => ProbeFinding.Failed($"command timed out: \"{string.Join(' ', exec.Command)}\" timed out after {timeout.TotalSeconds:0.###}s"),
            { ExitCode: 0 } => ProbeFinding.Success,
            _ => ProbeFinding.Failed(result.Output),
        };
    }

    private static async Task<ProbeFinding> ConnectAsync(ProbeTarget.Tcp tcp, CancellationToken cancellationToken)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(tcp.Host, tcp.Port, cancellationToken);
            return ProbeFinding.Success;
        }
        catch (SocketException error)
        {
            return ProbeFinding.Failed($"dial tcp {tcp.Host}:{tcp.Port}: connect: {Words(error)}");
        }
    }

    private async Task<ProbeFinding> SleepAsync(ProbeTarget.Sleep sleep, CancellationToken cancellationToken)
    {
        await Task.Delay(sleep.Time, time, cancellationToken);
        return ProbeFinding.Success;
    }

    /// <summary>As Go says it.</summary>
    internal static string Words(SocketException error) => error.SocketErrorCode switch
    {
        SocketError.ConnectionRefused => "connection refused",
        SocketError.HostUnreachable => "no route to host",
        SocketError.NetworkUnreachable => "network is unreachable",
        SocketError.ConnectionReset => "connection reset by peer",
        SocketError.HostNotFound => "no such host",
        _ => error.Message,
    };
}
