using System.Globalization;
using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Agents;
using Grainhouse.Interfaces.Grains;
using Grainhouse.Interfaces.Objects;

namespace Grainhouse.Gateway.Computed;

/// <summary>Writes the objects of metrics.k8s.io/v1beta1.</summary>
internal static class MetricsDocument
{
    /// <summary>The object, without what was measured.</summary>
    /// <param name="resource">NodeMetrics or PodMetrics.</param>
    /// <param name="of">What was measured; the metrics carry its name and its labels.</param>
    /// <param name="now">When it is asked for.</param>
    public static JsonObject Begin(ResourceDescriptor resource, KubeObject of, DateTimeOffset now)
    {
        var time = ObjectTime.Text(now);
        var metadata = new JsonObject { ["name"] = of.Key.Name };
        if (resource.Namespaced)
        {
            metadata["namespace"] = of.Key.Namespace;
        }

        metadata["creationTimestamp"] = time;
        if (of.Header.Labels.Count > 0)
        {
            metadata["labels"] = new JsonObject(of.Header.Labels.Select(label => KeyValuePair.Create(label.Key, (JsonNode?)label.Value)));
        }

        return new JsonObject
        {
            ["kind"] = resource.Kind,
            ["apiVersion"] = resource.ApiVersion,
            ["metadata"] = metadata,
            ["timestamp"] = time,
            ["window"] = $"{NodeUsage.Window.TotalSeconds:0}s",
        };
    }

    /// <summary>CPU in nanocores and memory in KiB, as metrics-server gives them.</summary>
    public static JsonObject Usage(Usage usage) => new()
    {
        ["cpu"] = usage.CpuNanocores == 0 ? "0" : $"{usage.CpuNanocores.ToString(CultureInfo.InvariantCulture)}n",
        ["memory"] = usage.MemoryBytes == 0 ? "0" : $"{(usage.MemoryBytes / 1024).ToString(CultureInfo.InvariantCulture)}Ki",
    };
}
