using System.Text.Json.Nodes;
using Grainhouse.Planning.Documents;

namespace Grainhouse.Planning.Objects.Defaults;

/// <summary>Defaults of horizontal pod autoscalers. After pkg/apis/autoscaling/v2.</summary>
internal static class AutoscalerDefaults
{
    /// <summary>The CPU's utilization that is aimed at where nothing is asked for, in percent.</summary>
    private const long CpuUtilization = 80;

    public static void Apply(JsonObject spec)
    {
        spec.Default("minReplicas", 1);
        if (spec.Array("metrics") is not { Count: > 0 })
        {
            spec["metrics"] = new JsonArray(new JsonObject
            {
                ["type"] = "Resource",
                ["resource"] = new JsonObject
                {
                    ["name"] = "cpu",
                    ["target"] = new JsonObject { ["type"] = "Utilization", ["averageUtilization"] = CpuUtilization },
                },
            });
        }

        if (spec.Object("behavior") is not { } behavior)
        {
            return;
        }

        // Where there is one rule of scaling, the others are said as well.
        var up = behavior.Child("scaleUp");
        up.Default("stabilizationWindowSeconds", 0);
        Rules(up, () => new JsonArray(Policy("Pods", 4), Policy("Percent", 100)));
        Rules(behavior.Child("scaleDown"), () => new JsonArray(Policy("Percent", 100)));
    }

    private static void Rules(JsonObject rules, Func<JsonArray> policies)
    {
        rules.Default("selectPolicy", "Max");
        if (rules.Array("policies") is null)
        {
            rules["policies"] = policies();
        }
    }

    private static JsonObject Policy(string type, long value) => new() { ["type"] = type, ["value"] = value, ["periodSeconds"] = 15L };
}
