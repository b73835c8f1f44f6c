using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning.Documents;
using Grainhouse.Planning.Objects.Validation;

namespace Grainhouse.Planning.Objects.Kinds;

/// <summary>Volume attachments.</summary>
internal sealed class VolumeAttachmentRules : KindRules
{
    public override void PrepareCreate(JsonObject root, ObjectKey key) => root["status"] = new JsonObject { ["attached"] = false };

    public override void Validate(JsonObject root, FieldErrors errors)
    {
        var spec = root.Object("spec");
        foreach (var name in (ReadOnlySpan<string>)["attacher", "nodeName"])
        {
            if (string.IsNullOrEmpty(spec.Text(name)))
            {
                errors.Required(FieldPath.Spec.Child(name));
            }
        }

        var source = spec.Object("source");
        switch (source.Has("inlineVolumeSpec"), source.Has("persistentVolumeName"))
        {
            case (false, false):
                errors.Required(FieldPath.Spec.Child("source"), "must specify exactly one of inlineVolumeSpec and persistentVolumeName");
                break;
            case (true, true):
                errors.Forbidden(FieldPath.Spec.Child("source"), "must specify exactly one of inlineVolumeSpec and persistentVolumeName");
                break;
        }
    }

    public override void ValidateUpdate(JsonObject root, JsonObject old, FieldErrors errors) => ChangeRules.Immutable(root, old, "spec", null, errors);
}
