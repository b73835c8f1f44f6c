using Grainhouse.Gateway.Health;
using Grpc.Core;
using Grpc.Health.V1;
using Microsoft.Extensions.Hosting;

namespace Grainhouse.Gateway.Agents;

/// <summary>grpc.health.v1: for the server as a whole (no service named) and for each service, what <c>/readyz</c> says.</summary>
internal sealed class HealthDoor(HealthPaths health, IHostApplicationLifetime lifetime, TimeProvider time) : Grpc.Health.V1.Health.HealthBase
{
    // How soon a watcher hears of a change.
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    private static readonly string[] Services = ["", "grainhouse.agent.v1.AgentGateway", "grainhouse.v1.Objects"];

    /// <inheritdoc/>
    public override async Task<HealthCheckResponse> Check(HealthCheckRequest request, ServerCallContext context) =>
        Services.Contains(request.Service)
            ? new HealthCheckResponse { Status = await StatusAsync(context.CancellationToken) }
            : throw new RpcException(new Status(StatusCode.NotFound, $"unknown service \"{request.Service}\""));

    /// <inheritdoc/>
    public override async Task Watch(HealthCheckRequest request, IServerStreamWriter<HealthCheckResponse> responseStream, ServerCallContext context)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, lifetime.ApplicationStopping);
        var known = Services.Contains(request.Service);
        var told = HealthCheckResponse.Types.ServingStatus.Unknown;
        try
        {
            while (true)
            {
                var status = known ? await StatusAsync(end.Token) : HealthCheckResponse.Types.ServingStatus.ServiceUnknown;
                if (status != told)
                {
                    told = status;
                    await responseStream.WriteAsync(new HealthCheckResponse { Status = status }, end.Token);
                }

                await Task.Delay(LookEvery, time, end.Token);
            }
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // The watcher left, or the gateway stops: a clean end.
        }
    }

    private async Task<HealthCheckResponse.Types.ServingStatus> StatusAsync(CancellationToken cancellationToken) =>
        await health.IsReadyAsync(cancellationToken)
            ? HealthCheckResponse.Types.ServingStatus.Serving
            : HealthCheckResponse.Types.ServingStatus.NotServing;
}
