using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning.Documents;
using Grainhouse.Planning.Objects.Defaults;
using Grainhouse.Planning.Objects.Validation;

namespace Grainhouse.Planning.Objects.Kinds;

/// <summary>Pods: deleted gracefully, hardly changed once they exist.</summary>
internal sealed class PodRules : KindRules
{
    /// <summary>Upstream's DefaultTerminationGracePeriodSeconds.</summary>
    private const long DefaultGrace = 30;

    public override void Default(JsonObject root) => PodDefaults.Apply(root.Child("spec"));

    public override void PrepareCreate(JsonObject root, ObjectKey key) =>
        root["status"] = new JsonObject { ["phase"] = "Pending", ["qosClass"] = QualityOfService.Of(root.Object("spec")) };

    public override void Validate(JsonObject root, FieldErrors errors) => PodSpecRules.Validate(root.Object("spec"), FieldPath.Spec, errors);

    public override void ValidateCreate(JsonObject root, FieldErrors errors) => EphemeralContainerRules.ValidateCreate(root.Object("spec"), errors);

    public override void ValidateUpdate(JsonObject root, JsonObject old, FieldErrors errors) =>
        PodUpdateRules.Validate(root.Child("spec"), old.Child("spec"), errors);

    public override long? GracePeriod(JsonObject root, long? asked)
    {
        var spec = root.Object("spec");
        if (string.IsNullOrEmpty(spec.Text("nodeName")) || root.Object("status").Text("phase") is "Succeeded" or "Failed")
        {
            return 0;
        }

        var period = asked ?? spec.Number("terminationGracePeriodSeconds") ?? DefaultGrace;
        return period < 0 ? 1 : period;
    }
}
