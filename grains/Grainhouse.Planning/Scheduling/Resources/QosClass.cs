using System.Text.Json;
using Grainhouse.Interfaces.Objects;

namespace Grainhouse.Planning.Scheduling;

/// <summary>Computes a pod's <c>status.qosClass</c>: who is killed first when the node runs out of memory.</summary>
public static class QosClass
{
    /// <summary>Every container has equal CPU and memory requests and limits.</summary>
    public const string Guaranteed = "Guaranteed";

    /// <summary>Some container has a request or a limit.</summary>
    public const string Burstable = "Burstable";

    /// <summary>No container has any.</summary>
    public const string BestEffort = "BestEffort";

    private static readonly string[] Counted = [ResourceNames.Cpu, ResourceNames.Memory];

    /// <summary>The class of a pod.</summary>
    public static string Of(KubeObject pod)
    {
        using var document = JsonDocument.Parse(pod.Document);
        return document.RootElement.TryGetProperty("spec", out var spec) ? OfSpec(spec) : BestEffort;
    }

    /// <summary>The class of a pod with this <c>spec</c>.</summary>
    public static string OfSpec(JsonElement spec)
    {
        var anything = false;
        var guaranteed = true;
        foreach (var list in (ReadOnlySpan<string>)["containers", "initContainers"])
        {
            foreach (var container in Json.Items(spec, list))
            {
                var resources = Json.Child(container, "resources");
                var requests = ResourceSums.Read(Json.Child(resources, "requests"));
                var limits = ResourceSums.Read(Json.Child(resources, "limits"));
                foreach (var name in Counted)
                {
                    // Zero counts as not said, as upstream.
                    var limit = limits[name];
                    var request = requests.Has(name) ? requests[name] : limit;
                    anything |= limit > 0 || request > 0;
                    guaranteed &= limit > 0 && request == limit;
                }
            }
        }

        return !anything ? BestEffort : guaranteed ? Guaranteed : Burstable;
    }
}
