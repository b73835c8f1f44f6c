using System.Text.Json;
using System.Text.Json.Nodes;

namespace Grainhouse.Interfaces.Objects.Conversion;

/// <summary>autoscaling/v1 HorizontalPodAutoscalers: one target for the CPU; whatever else v2 can say is kept in annotations.</summary>
/// <remarks>The annotations and what stands in them are upstream's: pkg/apis/autoscaling/v1 conversion and pkg/apis/autoscaling/annotations.</remarks>
internal sealed class AutoscalerConversion : VersionConversion
{
    private const string Prefix = "autoscaling.alpha.kubernetes.io/";
    private const string Metrics = Prefix + "metrics";
    private const string CurrentMetrics = Prefix + "current-metrics";
    private const string Conditions = Prefix + "conditions";
    private const string Behavior = Prefix + "behavior";

    protected override void Store(JsonObject document)
    {
        var annotations = document["metadata"]?["annotations"] as JsonObject;
        if (document["spec"] is JsonObject spec)
        {
            var metrics = List(Read(annotations, Metrics), AutoscalerMetrics.StoreTarget);
            Join(metrics, "target", Take(spec, "targetCPUUtilizationPercentage"));
            Set(spec, "metrics", metrics);
            if (Read(annotations, Behavior) is JsonObject behavior)
            {
                spec["behavior"] = Recase(behavior, char.ToLowerInvariant);
            }
        }

        if (document["status"] is JsonObject status)
        {
            var metrics = List(Read(annotations, CurrentMetrics), AutoscalerMetrics.StoreCurrent);
            Join(metrics, "current", Take(status, "currentCPUUtilizationPercentage"));
            Set(status, "currentMetrics", metrics);
            Set(status, "conditions", List(Read(annotations, Conditions), item => item));
            if (status["currentReplicas"] is JsonValue none && JsonNode.DeepEquals(none, 0L))
            {
                status.Remove("currentReplicas");
            }
        }

        foreach (var name in (ReadOnlySpan<string>)[Metrics, CurrentMetrics, Conditions, Behavior])
        {
            annotations?.Remove(name);
        }

        if (annotations is { Count: 0 })
        {
            (document["metadata"] as JsonObject)?.Remove("annotations");
        }
    }

    protected override void Serve(JsonObject document)
    {
        if (document["spec"] is JsonObject spec)
        {
            Annotate(document, Metrics, Split(Take(spec, "metrics"), "target", spec, "targetCPUUtilizationPercentage", AutoscalerMetrics.ServeTarget));
            if (Take(spec, "behavior") is JsonObject behavior)
            {
                Annotate(document, Behavior, Recase(behavior, char.ToUpperInvariant));
            }
        }

        if (document["status"] is JsonObject status)
        {
            Annotate(
                document,
                CurrentMetrics,
                Split(Take(status, "currentMetrics"), "current", status, "currentCPUUtilizationPercentage", AutoscalerMetrics.ServeCurrent));
            Annotate(document, Conditions, Take(status, "conditions"));

            // v1 requires what v2 may leave out, and clients with models of it refuse a status without.
            status.TryAdd("currentReplicas", 0L);
        }
    }

    // The CPU's field back among the metrics: in its place there, if it had more to say than the field, else before the others.
    private static void Join(JsonArray metrics, string part, JsonNode? percentage)
    {
        if (percentage is null)
        {
            return;
        }

        if (metrics.OfType<JsonObject>().FirstOrDefault(metric => AutoscalerMetrics.CpuUtilization(metric, part) is not null) is { } known)
        {
            known["resource"]![part]!["averageUtilization"] = percentage;
        }
        else
        {
            metrics.Insert(0, AutoscalerMetrics.Cpu(part, percentage));
        }
    }

    // The first of the CPU has a field of its own; the others are the annotation's, and it too if the field cannot say all of it.
    private static JsonArray Split(JsonNode? metrics, string part, JsonObject home, string field, Func<JsonObject, JsonObject> serve)
    {
        var others = new JsonArray();
        foreach (var item in metrics as JsonArray ?? [])
        {
            if (item is not JsonObject metric)
            {
                continue;
            }

            if (AutoscalerMetrics.CpuUtilization(metric, part) is { } percentage && home[field] is null)
            {
                home[field] = percentage.DeepClone();
                if (metric["resource"]![part]!["averageValue"] is null)
                {
                    continue;
                }
            }

            others.Add(serve((JsonObject)metric.DeepClone()));
        }

        return others;
    }

    private static void Annotate(JsonObject document, string name, JsonNode? value)
    {
        if (value is null or JsonArray { Count: 0 })
        {
            return;
        }

        if (document["metadata"] is not JsonObject metadata)
        {
            document["metadata"] = metadata = [];
        }

        if (metadata["annotations"] is not JsonObject annotations)
        {
            metadata["annotations"] = annotations = [];
        }

        annotations[name] = value.ToJsonString(DocumentJson.Options);
    }

    // As upstream: an annotation that cannot be read counts as absent.
    private static JsonNode? Read(JsonObject? annotations, string name)
    {
        if (annotations?[name] is not JsonValue value || !value.TryGetValue(out string? text))
        {
            return null;
        }

        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static JsonArray List(JsonNode? items, Func<JsonObject, JsonObject> convert) =>
        [.. (items as JsonArray ?? []).OfType<JsonObject>().Select(item => convert((JsonObject)item.DeepClone()))];

    private static void Set(JsonObject node, string name, JsonArray value)
    {
        if (value.Count > 0)
        {
            node[name] = value;
        }
    }

    // Upstream writes its internal type there, whose field names begin with a capital.
    private static JsonNode? Recase(JsonNode? node, Func<char, char> first) => node switch
    {
        JsonObject map => new JsonObject(map.Select(member => KeyValuePair.Create(first(member.Key[0]) + member.Key[1..], Recase(member.Value, first)))
            .Where(member => member.Value is not null)),
        JsonArray list => new JsonArray([.. list.Select(item => Recase(item, first))]),
        _ => node?.DeepClone(),
    };
}
