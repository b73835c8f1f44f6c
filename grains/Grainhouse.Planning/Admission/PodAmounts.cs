using System.Text.Json.Nodes;
using Grainhouse.Planning.Documents;

namespace Grainhouse.Planning.Admission;

/// <summary>What a whole pod asks for: the larger of its running and its starting phase. After upstream's <c>component-helpers/resource</c>.</summary>
internal static class PodAmounts
{
    /// <summary>The sum of the requests, with the overhead of the pod's runtime if that is asked for.</summary>
    public static ResourceAmounts Requests(JsonObject? spec, bool withOverhead)
    {
        var sum = Sum(spec, "requests");
        if (withOverhead)
        {
            sum.Add(ResourceAmounts.Read(spec.Object("overhead")));
        }

        return sum;
    }

    /// <summary>The sum of the limits. An overhead belongs only to what is limited at all.</summary>
    public static ResourceAmounts Limits(JsonObject? spec, bool withOverhead)
    {
        var sum = Sum(spec, "limits");
        if (withOverhead)
        {
            sum.Add(ResourceAmounts.Read(spec.Object("overhead")), onlyWhereKnown: true);
        }

        return sum;
    }

    private static ResourceAmounts Sum(JsonObject? spec, string part)
    {
        var running = new ResourceAmounts();
        foreach (var (_, container) in spec.Items("containers"))
        {
            running.Add(Of(container, part));
        }

        var sidecars = new ResourceAmounts();
        var starting = new ResourceAmounts();
        foreach (var (_, container) in spec.Items("initContainers"))
        {
            // An init container that is restarted runs on beside all that start after it.
            var amounts = Of(container, part);
            if (container.Text("restartPolicy") == "Always")
            {
                running.Add(amounts);
                sidecars.Add(amounts);
                amounts = sidecars.Copy();
            }
            else
            {
                amounts.Add(sidecars);
            }

            starting.Max(amounts);
        }

        running.Max(starting);
        return running;
    }

    private static ResourceAmounts Of(JsonObject container, string part) => ResourceAmounts.Read(container.Object("resources").Object(part));
}
