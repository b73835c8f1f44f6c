using System.Globalization;
using System.Text;
using k8s.Models;

namespace Grainhouse.HostAgent.Pods;

/// <summary>The downward API: what a container may learn about its pod.</summary>
public static class DownwardFields
{
    /// <summary>The value of a field path; null if there is no such field.</summary>
    public static string? Field(PodState state, string path)
    {
        var pod = state.Pod!;
        return path switch
        {
            "metadata.name" => state.Identity.Name,
            "metadata.namespace" => state.Identity.Namespace,
            "metadata.uid" => state.Identity.Uid,
            "metadata.labels" => Lines(pod.Metadata.Labels),
            "metadata.annotations" => Lines(pod.Metadata.Annotations),
            "spec.nodeName" => state.Facts.NodeName,
            "spec.serviceAccountName" => pod.Spec.ServiceAccountName is { Length: > 0 } account ? account : "default",
            "status.hostIP" or "status.hostIPs" => state.Facts.Address,
            "status.podIP" or "status.podIPs" => state.Address,
            _ => Subscript(path, "metadata.labels", pod.Metadata.Labels) ?? Subscript(path, "metadata.annotations", pod.Metadata.Annotations),
        };
    }

    /// <summary>The value of a resource in units of its divisor, rounded up; null if there is no such resource.</summary>
    public static string? Resource(PodState state, V1Container container, V1ResourceFieldSelector selector)
    {
        var dot = selector.Resource.IndexOf('.', StringComparison.Ordinal);
        if (dot < 0)
        {
            return null;
        }

        var name = selector.Resource[(dot + 1)..];
        var isLimit = selector.Resource.StartsWith("limits.", StringComparison.Ordinal);
        var quantities = isLimit ? container.Resources?.Limits : container.Resources?.Requests;
        var value = quantities is not null && quantities.TryGetValue(name, out var quantity) ? quantity.ToDecimal() : isLimit ? Allocatable(state, name) : 0m;
        if (value is null)
        {
            return null;
        }

        var divisor = selector.Divisor is { } given && given.ToDecimal() is > 0 and var number ? number : 1;
        return Math.Ceiling(value.Value / divisor).ToString(CultureInfo.InvariantCulture);
    }

    private static decimal? Allocatable(PodState state, string resource) => resource switch
    {
        "cpu" => state.Facts.CpuMillis / 1000m,
        "memory" => state.Facts.MemoryBytes,
        "ephemeral-storage" => 0,
        _ => null,
    };

    private static string? Subscript(string path, string field, IDictionary<string, string>? values)
    {
        if (!path.StartsWith(field, StringComparison.Ordinal) || !path.EndsWith("']", StringComparison.Ordinal)
            || path.AsSpan(field.Length) is not ['[', '\'', .. var inner])
        {
            return null;
        }

        var key = inner[..^2].ToString();
        return values is not null && values.TryGetValue(key, out var value) ? value : "";
    }

    /// <summary>As files in a downward API volume have them: <c>key="value"</c>, sorted, quoted as in Go.</summary>
    private static string Lines(IDictionary<string, string>? values)
    {
        var result = new StringBuilder();
        foreach (var (key, value) in (values ?? new Dictionary<string, string>()).OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            var quoted = value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)
                .Replace("\n", "\\n", StringComparison.Ordinal).Replace("\t", "\\t", StringComparison.Ordinal);
            result.Append(result.Length > 0 ? "\n" : "").Append(key).Append("=\"").Append(quoted).Append('"');
        }

        return result.ToString();
    }
}
