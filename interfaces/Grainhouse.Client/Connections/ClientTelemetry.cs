using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Grainhouse.Client;

/// <summary>What the library tells OpenTelemetry: <c>AddSource(ClientTelemetry.Name)</c> and <c>AddMeter(ClientTelemetry.Name)</c>.</summary>
/// <remarks>
/// A span for each request, <c>VERB KIND</c>, with <c>k8s.verb</c>, <c>k8s.kind</c> and <c>http.response.status_code</c>;
/// <c>grainhouse.client.request.duration</c> (seconds, with the same tags), <c>grainhouse.client.watch.reconnects</c> and
/// <c>grainhouse.client.informer.relists</c> (counts by <c>k8s.kind</c>).
/// </remarks>
public static class ClientTelemetry
{
    /// <summary>The name of the source and of the meter.</summary>
    public const string Name = "Grainhouse.Client";

    private static readonly ActivitySource Source = new(Name);
    private static readonly Meter Meter = new(Name);
    private static readonly Histogram<double> Durations =
        Meter.CreateHistogram<double>("grainhouse.client.request.duration", "s", "From a request's start to the end of its answer; of a watch, to its beginning.");

    private static readonly Counter<long> ReconnectCount =
        Meter.CreateCounter<long>("grainhouse.client.watch.reconnects", "{reconnect}", "Watches that were opened again where the last one ended.");

    private static readonly Counter<long> RelistCount =
        Meter.CreateCounter<long>("grainhouse.client.informer.relists", "{list}", "Lists that an informer read after its first.");

    internal static Activity? Begin(Connections.Operation operation)
    {
        var activity = Source.StartActivity($"{operation.Verb} {operation.Kind}", ActivityKind.Client);
        activity?.SetTag("k8s.verb", operation.Verb).SetTag("k8s.kind", operation.Kind);
        return activity;
    }

    internal static void End(Connections.Operation operation, Activity? activity, TimeSpan took, int statusCode)
    {
        activity?.SetTag("http.response.status_code", statusCode);
        if (statusCode is 0 or >= 400)
        {
            activity?.SetStatus(ActivityStatusCode.Error);
        }

        Durations.Record(
            took.TotalSeconds,
            new("k8s.verb", operation.Verb), new("k8s.kind", operation.Kind), new("http.response.status_code", statusCode));
    }

    internal static void Reconnected(string kind) => ReconnectCount.Add(1, new KeyValuePair<string, object?>("k8s.kind", kind));

    internal static void Relisted(string kind) => RelistCount.Add(1, new KeyValuePair<string, object?>("k8s.kind", kind));
}
