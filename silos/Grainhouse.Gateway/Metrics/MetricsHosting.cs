using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Metrics;

namespace Grainhouse.Gateway.Metrics;

/// <summary>Puts <c>/metrics</c> into a host: the API's own figures, the runtime's and the web server's, in Prometheus' text format.</summary>
internal static class MetricsHosting
{
    /// <summary>The path.</summary>
    public const string Path = "/metrics";

    private const string Engine = "Microsoft.Orleans";

    // Of the engine's hundred figures, which cost it time, the one that says how the work is shared: grains on this silo.
    private const string Activations = "orleans-catalog-activations";

    // As kube-apiserver: its dashboards and alerts ask for these bounds, in seconds; the first two tell fast answers apart.
    private static readonly double[] Bounds =
        [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1, 1.25, 1.5, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 45, 60];

    /// <summary>Adds what measures and what tells.</summary>
    public static IServiceCollection AddGatewayMetrics(this IServiceCollection services)
    {
        services.AddMetrics();
        services.AddSingleton<ApiMetrics>();
        services.AddOpenTelemetry().WithMetrics(metrics => metrics
            .AddMeter(ApiMetrics.MeterName, "System.Runtime", "Microsoft.AspNetCore.Server.Kestrel", Engine)
            .AddView(instrument => instrument.Meter.Name == Engine && instrument.Name != Activations ? MetricStreamConfiguration.Drop : null)
            .AddView(ApiMetrics.Duration, new ExplicitBucketHistogramConfiguration { Boundaries = Bounds })
            .AddPrometheusExporter());
        return services;
    }
}
