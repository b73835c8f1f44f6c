using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning.Documents;
using Grainhouse.Planning.Objects.Defaults;
using Grainhouse.Planning.Objects.Validation;

namespace Grainhouse.Planning.Objects.Kinds;

/// <summary>Jobs: their pods are told apart by labels that the server makes.</summary>
internal sealed class JobRules : KindRules
{
    public override void Default(JsonObject root)
    {
        JobDefaults.Apply(root.Child("spec"));
        DefaultLabels(root);
    }

    public override void PrepareCreate(JsonObject root, ObjectKey key)
    {
        root["status"] = new JsonObject();
        if (!root.Child("spec").Flag("manualSelector") && root.Object("spec").Has("template"))
        {
            JobDefaults.Identity(root.Child("spec"), key.Name, root.Child("metadata").Text("uid") ?? "");

            // Upstream defaults once more when it reads what it has stored, and then the template has labels.
            DefaultLabels(root);
        }
    }

    public override void Validate(JsonObject root, FieldErrors errors)
    {
        var spec = root.Child("spec");
        JobSpecRules.Validate(spec, FieldPath.Spec, errors);
        if (!spec.Flag("manualSelector") && !JobSpecRules.IsGenerated(spec, root.Child("metadata").Text("uid") ?? ""))
        {
            errors.InvalidRaw(FieldPath.Spec.Child("selector"), GoWords.Selector(spec.Object("selector")), "`selector` not auto-generated");
        }
    }

    public override void ValidateUpdate(JsonObject root, JsonObject old, FieldErrors errors) => JobSpecRules.ValidateUpdate(root.Child("spec"), old, errors);

    private static void DefaultLabels(JsonObject root)
    {
        if (root.Object("spec").Object("template").Object("metadata").Object("labels") is { Count: > 0 } labels
            && root.Child("metadata").Object("labels") is not { Count: > 0 })
        {
            root.Child("metadata")["labels"] = labels.DeepClone();
        }
    }
}
