using System.Text.Json.Nodes;
using Grainhouse.Planning.Documents;
using Grainhouse.Planning.Objects.Validation;

namespace Grainhouse.Planning.Objects.Kinds;

/// <summary>CSI drivers.</summary>
internal sealed class CsiDriverRules : KindRules
{
    private static readonly string[] Modes = ["Ephemeral", "Persistent"];
    private static readonly string[] GroupPolicies = ["File", "None", "ReadWriteOnceWithFSType"];

    public override void Default(JsonObject root)
    {
        var spec = root.Child("spec");
        spec.Default("attachRequired", true);
        spec.Default("podInfoOnMount", false);
        spec.Default("storageCapacity", false);
        spec.Default("requiresRepublish", false);
        spec.Default("seLinuxMount", false);
        spec.Default("fsGroupPolicy", "ReadWriteOnceWithFSType");
        if (spec.Array("volumeLifecycleModes") is not { Count: > 0 })
        {
            spec["volumeLifecycleModes"] = new JsonArray("Persistent");
        }
    }

    public override void Validate(JsonObject root, FieldErrors errors)
    {
        var spec = root.Child("spec");
        NumberRules.OneOf(spec, "fsGroupPolicy", GroupPolicies, FieldPath.Spec, errors);
        foreach (var (i, mode) in spec.Texts("volumeLifecycleModes").Where(mode => !Modes.Contains(mode.Text)))
        {
            errors.NotSupported(FieldPath.Spec.Child("volumeLifecycleModes").Index(i), mode, Modes);
        }
    }

    public override void ValidateUpdate(JsonObject root, JsonObject old, FieldErrors errors)
    {
        foreach (var name in (ReadOnlySpan<string>)["attachRequired", "volumeLifecycleModes"])
        {
            ChangeRules.Immutable(root.Child("spec"), old.Child("spec"), name, FieldPath.Spec, errors);
        }
    }
}
