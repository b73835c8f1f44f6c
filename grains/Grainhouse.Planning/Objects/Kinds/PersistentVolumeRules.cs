using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning.Documents;
using Grainhouse.Planning.Objects.Defaults;
using Grainhouse.Planning.Objects.Json;
using Grainhouse.Planning.Objects.Validation;
using Grainhouse.Planning.Volumes;

namespace Grainhouse.Planning.Objects.Kinds;

/// <summary>Persistent volumes.</summary>
internal sealed class PersistentVolumeRules : KindRules
{
    private static readonly string[] Modes = ["Block", "Filesystem"];
    private static readonly string[] Policies = ["Delete", "Recycle", "Retain"];

    // Members of the spec that are no source.
    private static readonly string[] Others =
    [
        "capacity", "accessModes", "claimRef", "persistentVolumeReclaimPolicy", "storageClassName", "mountOptions", "volumeMode", "nodeAffinity",
        "volumeAttributesClassName",
    ];

    public override void Default(JsonObject root)
    {
        var spec = root.Child("spec");
        spec.Default("persistentVolumeReclaimPolicy", "Retain");
        spec.Default("volumeMode", "Filesystem");
        VolumeDefaults.Source(spec);
    }

    public override void PrepareCreate(JsonObject root, ObjectKey key)
    {
        root["status"] = new JsonObject { ["phase"] = "Pending" };
        VolumeProtection.Protect(root, VolumeProtection.VolumeFinalizer);
    }

    public override void Validate(JsonObject root, FieldErrors errors)
    {
        var spec = root.Child("spec");
        ClaimRules.AccessModes(spec, FieldPath.Spec.Child("accessModes"), "", errors);
        Capacity(spec.Object("capacity"), FieldPath.Spec.Child("capacity"), errors);
        NumberRules.OneOf(spec, "persistentVolumeReclaimPolicy", Policies, FieldPath.Spec, errors);
        NumberRules.OneOf(spec, "volumeMode", Modes, FieldPath.Spec, errors);
        if (spec.Text("storageClassName") is { Length: > 0 } name)
        {
            NameRules.Subdomain(FieldPath.Spec.Child("storageClassName"), name, errors);
        }

        var sources = spec.Where(member => !Others.Contains(member.Key) && member.Value is JsonObject).Select(member => member.Key).ToArray();
        if (sources.Length == 0)
        {
            errors.Required(FieldPath.Root("spec"), "must specify a volume type");
        }

        foreach (var extra in sources.Skip(1))
        {
            errors.Forbidden(FieldPath.Spec.Child(extra), "may not specify more than 1 volume type");
        }

        if (spec.Has("local") && !spec.Object("nodeAffinity").Has("required"))
        {
            errors.Required(FieldPath.Root("metadata").Child("annotations"), "Local volume requires node affinity");
        }

        if (spec.Object("hostPath").Text("path") == "/" && spec.Text("persistentVolumeReclaimPolicy") == "Recycle")
        {
            errors.Forbidden(FieldPath.Spec.Child("persistentVolumeReclaimPolicy"), "may not be 'recycle' for a hostPath mount of '/'");
        }
    }

    public override void ValidateUpdate(JsonObject root, JsonObject old, FieldErrors errors)
    {
        var (source, oldSource) = ((JsonObject)root.Child("spec").DeepClone(), (JsonObject)old.Child("spec").DeepClone());
        foreach (var other in Others)
        {
            source.Remove(other);
            oldSource.Remove(other);
        }

        if (!JsonTree.Equal(source, oldSource))
        {
            errors.Forbidden(FieldPath.Spec.Child("persistentvolumesource"), "spec.persistentvolumesource is immutable after creation");
        }

        ChangeRules.Immutable(root.Child("spec"), old.Child("spec"), "volumeMode", FieldPath.Spec, errors);
    }

    private static void Capacity(JsonObject? capacity, FieldPath path, FieldErrors errors)
    {
        if (capacity is not { Count: > 0 })
        {
            errors.Required(path);
            return;
        }

        if (!capacity.Has("storage") || capacity.Count > 1)
        {
            errors.NotSupported(path, string.Join(", ", capacity.Select(entry => entry.Key)), ["storage"]);
        }

        foreach (var (name, value) in capacity)
        {
            if (Quantity.TryParse(value.Text(), out var amount) && amount.Sign <= 0)
            {
                errors.Invalid(path.Key(name), amount.ToString(), "must be greater than zero");
            }
        }
    }
}
