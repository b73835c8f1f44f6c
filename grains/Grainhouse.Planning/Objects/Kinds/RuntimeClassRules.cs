using System.Text.Json.Nodes;
using Grainhouse.Planning.Documents;
using Grainhouse.Planning.Objects.Validation;

namespace Grainhouse.Planning.Objects.Kinds;

/// <summary>Runtime classes.</summary>
internal sealed class RuntimeClassRules : KindRules
{
    public override void Validate(JsonObject root, FieldErrors errors)
    {
        NameRules.Label(FieldPath.Root("handler"), root.Text("handler") ?? "", errors);
        MetadataRules.Labels(root.Object("scheduling").Object("nodeSelector"), FieldPath.Root("scheduling"), "nodeSelector", errors);
    }

    public override void ValidateUpdate(JsonObject root, JsonObject old, FieldErrors errors) => ChangeRules.Immutable(root, old, "handler", null, errors);
}
