using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning.Objects.Json;

namespace Grainhouse.Planning.Objects.Kinds;

/// <summary>Pods.</summary>
internal sealed class PodRules : KindRules
{
    public override void PrepareCreate(JsonObject root, ObjectKey key) => root["status"] = new JsonObject { ["phase"] = "Pending" };

    public override long? GracePeriod(JsonObject root, long? asked)
    {
        var spec = root.Object("spec");
        if (string.IsNullOrEmpty(spec.Text("nodeName")) || root.Object("status").Text("phase") is "Succeeded" or "Failed")
        {
            return 0;
        }

        var period = asked ?? spec.Number("terminationGracePeriodSeconds") ?? 30;
        return period < 0 ? 1 : period;
    }
}
