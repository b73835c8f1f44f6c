using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Objects;

namespace Grainhouse.Planning.Services;

/// <summary>The labels of what is made for a Service.</summary>
internal static class ServiceLabels
{
    public const string ServiceName = "kubernetes.io/service-name";
    public const string ManagedBy = "endpointslice.kubernetes.io/managed-by";
    public const string Controller = "endpointslice-controller.k8s.io";
    private const string Headless = "service.kubernetes.io/headless";

    /// <summary>The Service's own labels and, for a headless one, the mark by which proxies pass it over.</summary>
    public static JsonObject Of(KubeObject service, ServiceView view)
    {
        var labels = new JsonObject();
        foreach (var (key, value) in service.Header.Labels)
        {
            if (key is not (ServiceName or ManagedBy or Headless))
            {
                labels[key] = value;
            }
        }

        if (view.Headless)
        {
            labels[Headless] = "";
        }

        return labels;
    }

    /// <summary>Whether stored labels are those wanted.</summary>
    public static bool Same(IReadOnlyDictionary<string, string> stored, JsonObject wanted)
    {
        if (stored.Count != wanted.Count)
        {
            return false;
        }

        foreach (var (key, value) in wanted)
        {
            if (!stored.TryGetValue(key, out var found) || found != (string?)value)
            {
                return false;
            }
        }

        return true;
    }
}
