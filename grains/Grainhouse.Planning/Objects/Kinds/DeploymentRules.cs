using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning.Documents;
using Grainhouse.Planning.Objects.Defaults;
using Grainhouse.Planning.Objects.Validation;

namespace Grainhouse.Planning.Objects.Kinds;

/// <summary>Deployments.</summary>
internal sealed class DeploymentRules : KindRules
{
    /// <inheritdoc/>
    /// <remarks>The controller keeps the revision in an annotation, and writes it with the status.</remarks>
    public override bool StatusWritesAnnotations => true;

    public override bool AnnotationsRaiseGeneration => true;

    public override void Default(JsonObject root) => WorkloadDefaults.Deployment(root.Child("spec"));

    public override void PrepareCreate(JsonObject root, ObjectKey key) => root["status"] = new JsonObject();

    public override void Validate(JsonObject root, FieldErrors errors)
    {
        var spec = root.Child("spec");
        TemplateRules.Validate(spec, "deployment", "ReplicaSet", errors);
        StrategyRules.Validate(spec.Object("strategy"), errors);
        NumberRules.NotNegative(spec, "revisionHistoryLimit", FieldPath.Spec, errors);
        NumberRules.NotNegative(spec, "progressDeadlineSeconds", FieldPath.Spec, errors);
        if (spec.Number("progressDeadlineSeconds") is { } deadline && deadline <= (spec.Number("minReadySeconds") ?? 0))
        {
            errors.Invalid(FieldPath.Spec.Child("progressDeadlineSeconds"), deadline, "must be greater than minReadySeconds");
        }
    }

    public override void ValidateUpdate(JsonObject root, JsonObject old, FieldErrors errors) =>
        TemplateRules.ValidateUpdate(root.Child("spec"), old.Child("spec"), errors);
}
