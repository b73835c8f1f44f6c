using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning.Documents;

namespace Grainhouse.Planning.Objects.Defaults;

/// <summary>A pod's quality of service class, from the CPU and memory of its containers.</summary>
internal static class QualityOfService
{
    public static string Of(JsonObject? spec)
    {
        var any = false;
        var guaranteed = true;
        Look(spec.Array("containers"), ref any, ref guaranteed);
        Look(spec.Array("initContainers"), ref any, ref guaranteed);
        return !any ? "BestEffort" : guaranteed ? "Guaranteed" : "Burstable";
    }

    private static void Look(JsonArray? containers, ref bool any, ref bool guaranteed)
    {
        if (containers is null)
        {
            return;
        }

        foreach (var item in containers)
        {
            var resources = (item as JsonObject).Object("resources");
            foreach (var name in (ReadOnlySpan<string>)["cpu", "memory"])
            {
                var request = Amount(resources.Object("requests"), name);
                var limit = Amount(resources.Object("limits"), name);
                any |= request > Quantity.Zero || limit > Quantity.Zero;
                guaranteed &= limit > Quantity.Zero && request == limit;
            }
        }
    }

    private static Quantity Amount(JsonObject? amounts, string name) =>
        amounts.Text(name) is { } text && Quantity.TryParse(text, out var quantity) ? quantity : Quantity.Zero;
}
