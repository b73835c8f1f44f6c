using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning.Documents;
using Grainhouse.Planning.Objects.Validation;
using Grainhouse.Planning.Volumes;

namespace Grainhouse.Planning.Objects.Kinds;

/// <summary>Persistent volume claims.</summary>
internal sealed class PersistentVolumeClaimRules : KindRules
{
    public override void Default(JsonObject root) => root.Child("spec").Default("volumeMode", "Filesystem");

    public override void PrepareCreate(JsonObject root, ObjectKey key)
    {
        root["status"] = new JsonObject { ["phase"] = "Pending" };
        VolumeProtection.Protect(root, VolumeProtection.ClaimFinalizer);
    }

    public override void Validate(JsonObject root, FieldErrors errors) => ClaimRules.Validate(root.Child("spec"), FieldPath.Spec, errors);

    public override void ValidateUpdate(JsonObject root, JsonObject old, FieldErrors errors) => ClaimRules.ValidateUpdate(root, old, errors);
}
