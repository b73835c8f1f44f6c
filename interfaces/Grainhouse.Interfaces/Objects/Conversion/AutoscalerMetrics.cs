using System.Text.Json.Nodes;

namespace Grainhouse.Interfaces.Objects.Conversion;

/// <summary>Metrics of a HorizontalPodAutoscaler: as autoscaling/v2 has them, and as they stand in v1's annotations.</summary>
/// <remarks>
/// v2 has one shape for all sources (<c>metric</c>, <c>target</c> or <c>current</c>); the older one has fields of its own for each. Field names
/// are those of k8s.io/api/autoscaling/v1 MetricSpec and MetricStatus.
/// </remarks>
internal static class AutoscalerMetrics
{
    /// <summary>The member that has a source's fields, by the source's type.</summary>
    private static string Member(JsonObject metric) => (string?)metric["type"] switch
    {
        "Object" => "object",
        "Pods" => "pods",
        "External" => "external",
        "ContainerResource" => "containerResource",
        _ => "resource",
    };

    /// <summary>A v2 metric for the CPU.</summary>
    public static JsonObject Cpu(string part, JsonNode percentage)
    {
        var amount = new JsonObject { ["averageUtilization"] = percentage };
        if (part == "target")
        {
            amount["type"] = "Utilization";
        }

        return new JsonObject { ["type"] = "Resource", ["resource"] = new JsonObject { ["name"] = "cpu", [part] = amount } };
    }

    /// <summary>The utilization that a v2 metric says of the CPU; null if it is about something else.</summary>
    public static JsonNode? CpuUtilization(JsonObject metric, string part) =>
        (string?)metric["type"] == "Resource" && metric["resource"] is JsonObject resource && (string?)resource["name"] == "cpu"
        && resource[part] is JsonObject amount && amount["averageUtilization"] is { } percentage && amount["value"] is null
            ? percentage
            : null;

    /// <summary>What is asked for, from v1's shape to v2's; in place.</summary>
    public static JsonObject StoreTarget(JsonObject metric) => Store(metric, "target");

    /// <summary>What is asked for, from v2's shape to v1's; in place.</summary>
    public static JsonObject ServeTarget(JsonObject metric) => Serve(metric, "target");

    /// <summary>What is measured, from v1's shape to v2's; in place.</summary>
    public static JsonObject StoreCurrent(JsonObject metric) => Store(metric, "current");

    /// <summary>What is measured, from v2's shape to v1's; in place.</summary>
    public static JsonObject ServeCurrent(JsonObject metric) => Serve(metric, "current");

    private static JsonObject Store(JsonObject metric, string part)
    {
        var member = Member(metric);
        if (metric[member] is not JsonObject source)
        {
            return metric;
        }

        var amount = new JsonObject();
        foreach (var (flat, nested) in Amounts(member, part))
        {
            Move(source, flat, amount, nested);
        }

        if (part == "target")
        {
            amount["type"] = amount.ContainsKey("averageUtilization") ? "Utilization" : amount.ContainsKey("averageValue") ? "AverageValue" : "Value";
        }

        if (member is "object" or "pods" or "external")
        {
            var identity = new JsonObject();
            Move(source, "metricName", identity, "name");
            Move(source, member == "external" ? "metricSelector" : "selector", identity, "selector");
            Move(source, "target", source, "describedObject");
            source["metric"] = identity;
        }

        source[part] = amount;
        return metric;
    }

    private static JsonObject Serve(JsonObject metric, string part)
    {
        var member = Member(metric);
        if (metric[member] is not JsonObject source)
        {
            return metric;
        }

        source.Remove(part, out var taken);
        foreach (var (flat, nested) in Amounts(member, part))
        {
            Move(taken as JsonObject, nested, source, flat);
        }

        if (member is "object" or "pods" or "external")
        {
            source.Remove("metric", out var identity);
            Move(identity as JsonObject, "name", source, "metricName");
            Move(identity as JsonObject, "selector", source, member == "external" ? "metricSelector" : "selector");
            Move(source, "describedObject", source, "target");
        }

        return metric;
    }

    // Names in v1 and in v2 of a source's amounts.
    private static (string Flat, string Nested)[] Amounts(string member, string part) => member switch
    {
        "object" => [($"{part}Value", "value"), ("averageValue", "averageValue")],
        "pods" => [($"{part}AverageValue", "averageValue")],
        _ => [($"{part}AverageUtilization", "averageUtilization"), ($"{part}AverageValue", "averageValue"), ($"{part}Value", "value")],
    };

    private static void Move(JsonObject? from, string name, JsonObject to, string newName)
    {
        if (from is not null && from.Remove(name, out var value) && value is not null)
        {
            to[newName] = value;
        }
    }
}
