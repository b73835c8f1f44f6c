using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;

namespace Grainhouse.HostAgent.Probes;

/// <summary>Asks the standard gRPC health service (grpc.health.v1.Health/Check) over plain HTTP/2.</summary>
/// <remarks>The two messages are small enough to be written by hand: a string field 1, and an enum field 1.</remarks>
internal sealed class GrpcProber : IDisposable
{
    private const byte ServiceField = 0x0A;
    private const byte StatusField = 0x08;
    private const int Serving = 1;

    private static readonly Method<string, HealthStatus> Check = new(
        MethodType.Unary,
        "grpc.health.v1.Health",
        "Check",
        Marshallers.Create(Request, static _ => ""),
        Marshallers.Create(static (HealthStatus _) => [], Status));

    private readonly SocketsHttpHandler handler = new()
    {
        UseProxy = false,
        ActivityHeadersPropagator = null,
        PooledConnectionLifetime = TimeSpan.Zero,
    };

    public async Task<ProbeFinding> AskAsync(ProbeTarget.Grpc target, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var address = $"{target.Host}:{target.Port}";
        using var channel = GrpcChannel.ForAddress($"http://{address}", new GrpcChannelOptions { HttpHandler = handler, DisposeHttpClient = false });
        try
        {
            using var call = channel.CreateCallInvoker().AsyncUnaryCall(Check, null, new CallOptions(cancellationToken: cancellationToken), target.Service);
            var status = (await call.ResponseAsync).Value;
            return status == Serving ? ProbeFinding.Success : ProbeFinding.Failed($"service unhealthy (responded with \"{Name(status)}\")");
        }
        catch (RpcException error) when (error.StatusCode == StatusCode.Unimplemented)
        {
            return ProbeFinding.Failed($"this server does not implement the grpc health protocol (grpc.health.v1.Health): {error.Status.Detail}");
        }
        catch (RpcException error) when (error.StatusCode == StatusCode.Cancelled)
        {
            throw new OperationCanceledException(error.Message, error, cancellationToken);
        }
        catch (RpcException error) when (error.StatusCode == StatusCode.Unavailable)
        {
            return ProbeFinding.Failed($"timeout: failed to connect service \"{address}\" within {timeout.TotalSeconds:0.###}s: {error.Status.Detail}");
        }
        catch (RpcException error)
        {
            return ProbeFinding.Failed($"health rpc probe failed: {error.Status}");
        }
    }

    public void Dispose() => handler.Dispose();

    private static byte[] Request(string service)
    {
        if (service.Length == 0)
        {
            return [];
        }

        using var stream = new MemoryStream();
        using (var writer = new CodedOutputStream(stream, leaveOpen: true))
        {
            writer.WriteRawTag(ServiceField);
            writer.WriteString(service);
        }

        return stream.ToArray();
    }

    private static HealthStatus Status(byte[] bytes)
    {
        using var input = new CodedInputStream(bytes);
        var status = 0;
        for (var tag = input.ReadTag(); tag != 0; tag = input.ReadTag())
        {
            if (tag == StatusField)
            {
                status = input.ReadEnum();
            }
            else
            {
                input.SkipLastField();
            }
        }

        return new HealthStatus(status);
    }

    private static string Name(int status) => status switch
    {
        0 => "UNKNOWN",
        2 => "NOT_SERVING",
        3 => "SERVICE_UNKNOWN",
        _ => status.ToString(),
    };

    /// <summary>grpc.health.v1.HealthCheckResponse.ServingStatus.</summary>
    private sealed record HealthStatus(int Value);
}
