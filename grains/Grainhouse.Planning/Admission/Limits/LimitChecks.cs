using System.Globalization;
using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning.Documents;

namespace Grainhouse.Planning.Admission.Limits;

/// <summary>Holds pods and claims against a LimitRange, in the words of upstream's LimitRanger.</summary>
internal static class LimitChecks
{
    private static readonly ResourceAmounts None = [];

    /// <summary>Everything that a LimitRange has against an object; null if nothing.</summary>
    public static string? WhyNot(ResourceDescriptor resource, JsonObject root, LimitRangeView range)
    {
        var faults = new List<string>();
        foreach (var item in range.Items)
        {
            if (resource == ResourceCatalog.Pods)
            {
                CheckPod(root.Object("spec"), item, faults);
            }
            else if (item.Type == "PersistentVolumeClaim")
            {
                CheckClaim(root.Object("spec"), item, faults);
            }
        }

        // As Go's Aggregate writes errors: each text once, and brackets around several.
        var distinct = faults.Distinct().ToList();
        return distinct.Count switch
        {
            0 => null,
            1 => distinct[0],
            _ => $"[{string.Join(", ", distinct)}]",
        };
    }

    private static void CheckPod(JsonObject? spec, LimitItem item, List<string> faults)
    {
        if (item.Type == "Pod")
        {
            Check(item, PodAmounts.Requests(spec, withOverhead: false), PodAmounts.Limits(spec, withOverhead: false), faults);
        }
        else if (item.Type == "Container")
        {
            foreach (var (_, container) in spec.Items("containers").Concat(spec.Items("initContainers")))
            {
                var resources = container.Object("resources");
                Check(item, ResourceAmounts.Read(resources.Object("requests")), ResourceAmounts.Read(resources.Object("limits")), faults);
            }
        }
    }

    private static void Check(LimitItem item, ResourceAmounts requests, ResourceAmounts limits, List<string> faults)
    {
        CheckLeast(item, requests, limits, faults);
        foreach (var (name, most) in item.Max)
        {
            var words = $"maximum {name} usage per {item.Type} is {most}";
            if (!limits.TryGetValue(name, out var limit))
            {
                faults.Add($"{words}.  No limit is specified");
            }
            else if (limit > most)
            {
                faults.Add($"{words}, but limit is {limit}");
            }
            else if (requests.TryGetValue(name, out var request) && request > most)
            {
                faults.Add($"{words}, but request is {request}");
            }
        }

        CheckRatio(item, requests, limits, faults);
    }

    private static void CheckLeast(LimitItem item, ResourceAmounts requests, ResourceAmounts limits, List<string> faults)
    {
        foreach (var (name, least) in item.Min)
        {
            var words = $"minimum {name} usage per {item.Type} is {least}";
            if (!requests.TryGetValue(name, out var request))
            {
                faults.Add($"{words}.  No request is specified");
            }
            else if (request < least)
            {
                faults.Add($"{words}, but request is {request}");
            }
            else if (limits.TryGetValue(name, out var limit) && limit < least)
            {
                faults.Add($"{words}, but limit is {limit}");
            }
        }
    }

    private static void CheckRatio(LimitItem item, ResourceAmounts requests, ResourceAmounts limits, List<string> faults)
    {
        foreach (var (name, most) in item.MaxRatio)
        {
            var words = $"{name} max limit to request ratio per {item.Type} is {most}";
            if (!requests.TryGetValue(name, out var request) || request == Quantity.Zero)
            {
                faults.Add($"{words}, but no request is specified or request is 0");
            }
            else if (!limits.TryGetValue(name, out var limit) || limit == Quantity.Zero)
            {
                faults.Add($"{words}, but no limit is specified or limit is 0");
            }
            else if (limit.Amount > most.Amount * request.Amount)
            {
                faults.Add(string.Create(CultureInfo.InvariantCulture, $"{words}, but provided ratio is {limit.Amount / request.Amount:F6}"));
            }
        }
    }

    /// <summary>A claim has requests only.</summary>
    private static void CheckClaim(JsonObject? spec, LimitItem item, List<string> faults)
    {
        var requests = ResourceAmounts.Read(spec.Object("resources").Object("requests"));
        CheckLeast(item, requests, None, faults);
        foreach (var (name, most) in item.Max)
        {
            var words = $"maximum {name} usage per {item.Type} is {most}";
            if (!requests.TryGetValue(name, out var request))
            {
                faults.Add($"{words}.  No request is specified");
            }
            else if (request > most)
            {
                faults.Add($"{words}, but request is {request}");
            }
        }
    }
}
