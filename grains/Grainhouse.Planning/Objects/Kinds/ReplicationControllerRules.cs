using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning.Documents;
using Grainhouse.Planning.Objects.Defaults;
using Grainhouse.Planning.Objects.Validation;

namespace Grainhouse.Planning.Objects.Kinds;

/// <summary>Replication controllers, whose selector is plain labels.</summary>
internal sealed class ReplicationControllerRules : KindRules
{
    public override void Default(JsonObject root)
    {
        var spec = root.Child("spec");
        spec.Default("replicas", 1);
        PodSpecDefaults.ApplyToTemplate(spec);
        if (spec.Object("template").Object("metadata").Object("labels") is not { Count: > 0 } labels)
        {
            return;
        }

        if (spec.Object("selector") is not { Count: > 0 })
        {
            spec["selector"] = labels.DeepClone();
        }

        if (root.Child("metadata").Object("labels") is not { Count: > 0 })
        {
            root.Child("metadata")["labels"] = labels.DeepClone();
        }
    }

    public override void PrepareCreate(JsonObject root, ObjectKey key) => root["status"] = new JsonObject { ["replicas"] = 0L };

    public override void Validate(JsonObject root, FieldErrors errors)
    {
        var spec = root.Child("spec");
        NumberRules.NotNegative(spec, "replicas", FieldPath.Spec, errors);
        NumberRules.NotNegative(spec, "minReadySeconds", FieldPath.Spec, errors);
        var selector = spec.Object("selector");
        if (selector is not { Count: > 0 })
        {
            errors.Required(FieldPath.Spec.Child("selector"));
            selector = null;
        }

        var labelSelector = selector is null ? null : new JsonObject { ["matchLabels"] = selector.DeepClone() };
        TemplateRules.Template(spec.Object("template"), labelSelector, "ReplicationController", errors);
    }
}
