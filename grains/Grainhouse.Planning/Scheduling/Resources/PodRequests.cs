using System.Text.Json;
using Grainhouse.Interfaces.Objects;

namespace Grainhouse.Planning.Scheduling;

/// <summary>Computes what a pod asks of its node.</summary>
/// <remarks>
/// As upstream's PodRequests: the sum of the containers and of the init containers that keep running (sidecars), but at least
/// what each init container needs together with the sidecars started before it; then the overhead on top.
/// </remarks>
public static class PodRequests
{
    // What a container without a request counts as in scores, so that such pods still spread (upstream's GetNonzeroRequests).
    private const long DefaultCpuMillis = 100;
    private const long DefaultMemoryBytes = 200 * 1024 * 1024;

    /// <summary>What the pod asks for.</summary>
    public static Requests Of(KubeObject pod)
    {
        using var document = JsonDocument.Parse(pod.Document);
        return document.RootElement.TryGetProperty("spec", out var spec) ? Of(spec) : Requests.None;
    }

    internal static Requests Of(JsonElement spec) => Sum(spec, withDefaults: false).ToRequests();

    /// <summary>What the pod counts as in scores: a container without a request counts 100m of CPU and 200 MiB.</summary>
    internal static Requests NonZeroOf(JsonElement spec) => Sum(spec, withDefaults: true).ToRequests();

    private static ResourceSums Sum(JsonElement spec, bool withDefaults)
    {
        var running = new ResourceSums();
        foreach (var container in Json.Items(spec, "containers"))
        {
            running.Add(Requested(container, withDefaults));
        }

        var sidecars = new ResourceSums();
        var starting = new ResourceSums();
        foreach (var container in Json.Items(spec, "initContainers"))
        {
            var requested = Requested(container, withDefaults);
            if (Json.Text(container, "restartPolicy") == "Always")
            {
                running.Add(requested);
                sidecars.Add(requested);
                starting.Max(sidecars);
            }
            else
            {
                requested.Add(sidecars);
                starting.Max(requested);
            }
        }

        running.Max(starting);
        if (spec.TryGetProperty("overhead", out var overhead))
        {
            running.Add(ResourceSums.Read(overhead));
        }

        return running;
    }

    private static ResourceSums Requested(JsonElement container, bool withDefaults)
    {
        var resources = Json.Child(container, "resources");
        var requested = ResourceSums.Read(Json.Child(resources, "requests"));
        var limits = ResourceSums.Read(Json.Child(resources, "limits"));
        Imply(requested, limits, ResourceNames.Cpu);
        Imply(requested, limits, ResourceNames.Memory);
        Imply(requested, limits, ResourceNames.EphemeralStorage);
        foreach (var extended in limits.Extended())
        {
            requested.Default(extended.Name, extended.Amount);
        }

        if (withDefaults)
        {
            requested.Default(ResourceNames.Cpu, DefaultCpuMillis);
            requested.Default(ResourceNames.Memory, DefaultMemoryBytes);
        }

        return requested;
    }

    // A limit without a request is the request (API defaulting); read so here too, for documents written before defaulting.
    private static void Imply(ResourceSums requested, ResourceSums limits, string name)
    {
        if (limits.Has(name))
        {
            requested.Default(name, limits[name]);
        }
    }
}
