using System.Diagnostics;
using System.Diagnostics.Metrics;
using Grainhouse.Gateway.Fairness;
using Grainhouse.Gateway.Requests;
using Grainhouse.Interfaces.Objects;

namespace Grainhouse.Gateway.Metrics;

/// <summary>What is measured of the Kubernetes API, by the names that kube-apiserver's dashboards ask for.</summary>
internal sealed class ApiMetrics : IDisposable
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Grainhouse.Gateway";

    /// <summary>The name of the durations' histogram.</summary>
    public const string Duration = "apiserver_request_duration";

    private readonly Meter meter;
    private readonly Counter<long> requests;
    private readonly Histogram<double> durations;
    private readonly UpDownCounter<long> streams;
    private readonly Counter<long> events;
    private readonly Counter<long> refusals;

    public ApiMetrics(IMeterFactory meters, RequestSeats seats)
    {
        meter = meters.Create(MeterName);
        requests = meter.CreateCounter<long>("apiserver_request", description: "Requests by verb, resource and HTTP status code.");
        durations = meter.CreateHistogram<double>(Duration, "s", "How long requests took that are no streams.");
        streams = meter.CreateUpDownCounter<long>("apiserver_longrunning_requests", description: "Streams that are open: watches, logs and the like.");
        events = meter.CreateCounter<long>("apiserver_watch_events", description: "Events sent to watches.");
        refusals = meter.CreateCounter<long>("apiserver_flowcontrol_rejected_requests", description: "Requests refused because too many of their client wait (429).");
        meter.CreateObservableGauge("apiserver_current_inflight_requests", () => BySeats(seats, pool => pool.Executing), description: "Requests that are worked on.");
        meter.CreateObservableGauge("apiserver_current_inqueue_requests", () => BySeats(seats, pool => pool.Waiting), description: "Requests that wait for a seat.");
    }

    /// <summary>A stream begins.</summary>
    public void Begin(RequestRecord record) => streams.Add(1, Labels(record));

    /// <summary>A request has been answered.</summary>
    public void End(RequestRecord record, int code)
    {
        var labels = Labels(record);
        if (record.IsStream)
        {
            streams.Add(-1, labels);
        }
        else
        {
            durations.Record(Stopwatch.GetElapsedTime(record.Began).TotalSeconds, labels);
        }

        if (code == 429)
        {
            refusals.Add(1);
        }

        labels.Add("code", Code(code));
        requests.Add(1, labels);
    }

    /// <summary>Events were sent to a watch of a kind.</summary>
    public void Sent(ResourceDescriptor resource, long count) =>
        events.Add(count, new TagList { { "group", resource.Group }, { "version", resource.Version }, { "kind", resource.Kind } });

    /// <inheritdoc/>
    public void Dispose() => meter.Dispose();

    /// <summary>The name of a verb in metrics.</summary>
    public static string VerbOf(string verb, string method) => verb switch
    {
        "create" => method == "GET" ? "CONNECT" : "POST",
        "update" => "PUT",
        "deletecollection" => "DELETECOLLECTION",
        "get" => "GET",
        "list" => "LIST",
        "watch" => "WATCH",
        "patch" => "PATCH",
        "delete" => "DELETE",
        _ => "other",
    };

    private static TagList Labels(RequestRecord record) => new()
    {
        { "verb", record.Verb },
        { "group", record.Group },
        { "version", record.Version },
        { "resource", record.Resource },
        { "subresource", record.Subresource },
        { "scope", record.Scope },
    };

    // The few that most answers have cost no new text.
    private static string Code(int code) => code switch
    {
        200 => "200",
        201 => "201",
        404 => "404",
        409 => "409",
        _ => code.ToString(),
    };

    private static IEnumerable<Measurement<long>> BySeats(RequestSeats seats, Func<FairSeats, int> count) =>
    [
        new(count(seats.Reads), new KeyValuePair<string, object?>("request_kind", "readOnly")),
        new(count(seats.Writes), new KeyValuePair<string, object?>("request_kind", "mutating")),
    ];
}
