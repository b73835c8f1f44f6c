using System.Text.Json.Nodes;
using Grainhouse.Planning.Documents;
using Grainhouse.Planning.Objects.Validation;

namespace Grainhouse.Planning.Objects.Kinds;

/// <summary>Controller revisions: what a controller asked for once, never changed.</summary>
internal sealed class ControllerRevisionRules : KindRules
{
    public override void Validate(JsonObject root, FieldErrors errors)
    {
        if (root.Number("revision") is < 0 and var revision)
        {
            errors.Invalid(FieldPath.Root("revision"), revision, "must be greater than or equal to 0");
        }

        if (!root.Has("data"))
        {
            errors.Required(FieldPath.Root("data"), "data is mandatory");
        }
    }

    public override void ValidateUpdate(JsonObject root, JsonObject old, FieldErrors errors) => ChangeRules.Immutable(root, old, "data", null, errors);
}
