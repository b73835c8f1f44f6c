using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning.Documents;
using Grainhouse.Planning.Objects.Defaults;
using Grainhouse.Planning.Objects.Validation;

namespace Grainhouse.Planning.Objects.Kinds;

/// <summary>Horizontal pod autoscalers, as autoscaling/v2 has them.</summary>
internal sealed class HorizontalPodAutoscalerRules : KindRules
{
    public override void Default(JsonObject root) => AutoscalerDefaults.Apply(root.Child("spec"));

    public override void PrepareCreate(JsonObject root, ObjectKey key) => root["status"] = new JsonObject { ["desiredReplicas"] = 0L };

    public override void Validate(JsonObject root, FieldErrors errors)
    {
        var spec = root.Child("spec");
        if (spec.Number("minReplicas") is < 1 and var least)
        {
            errors.Invalid(FieldPath.Spec.Child("minReplicas"), least, "must be greater than or equal to 1");
        }

        var most = spec.Number("maxReplicas") ?? 0;
        if (most < 1)
        {
            errors.Invalid(FieldPath.Spec.Child("maxReplicas"), most, "must be greater than 0");
        }

        if (spec.Number("minReplicas") is { } min && most < min)
        {
            errors.Invalid(FieldPath.Spec.Child("maxReplicas"), most, "must be greater than or equal to `minReplicas`");
        }

        AutoscalerRules.Reference(spec.Object("scaleTargetRef"), FieldPath.Spec.Child("scaleTargetRef"), errors);
        foreach (var (i, metric) in spec.Items("metrics"))
        {
            AutoscalerRules.Metric(metric, FieldPath.Spec.Child("metrics").Index(i), errors);
        }

        var behavior = spec.Object("behavior");
        AutoscalerRules.Scaling(behavior.Object("scaleUp"), FieldPath.Spec.Child("behavior").Child("scaleUp"), errors);
        AutoscalerRules.Scaling(behavior.Object("scaleDown"), FieldPath.Spec.Child("behavior").Child("scaleDown"), errors);
    }
}
