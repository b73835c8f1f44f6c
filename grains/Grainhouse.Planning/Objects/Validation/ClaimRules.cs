using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning.Documents;
using Grainhouse.Planning.Objects.Json;

namespace Grainhouse.Planning.Objects.Validation;

/// <summary>A claim of a volume, alone and as a stateful set's template alike.</summary>
internal static class ClaimRules
{
    private static readonly string[] Modes = ["Block", "Filesystem"];
    private static readonly string[] Accesses = ["ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"];

    public static void Validate(JsonObject spec, FieldPath path, FieldErrors errors)
    {
        AccessModes(spec, path.Child("accessModes"), "at least 1 access mode is required", errors);
        SelectorRules.Validate(spec.Object("selector"), path.Child("selector"), errors);
        NumberRules.OneOf(spec, "volumeMode", Modes, path, errors);
        var storage = spec.Object("resources").Object("requests").Text("storage");
        if (storage is null)
        {
            errors.Required(path.Child("resources").Key("storage"));
        }
        else if (Quantity.TryParse(storage, out var amount) && amount.Sign <= 0)
        {
            errors.Invalid(path.Child("resources").Key("storage"), amount.ToString(), "must be greater than zero");
        }

        if (spec.Text("storageClassName") is { Length: > 0 } name)
        {
            NameRules.Subdomain(path.Child("storageClassName"), name, errors);
        }
    }

    public static void AccessModes(JsonObject spec, FieldPath path, string whenNone, FieldErrors errors)
    {
        var modes = spec.Texts("accessModes").Select(mode => mode.Text).ToArray();
        if (modes.Length == 0)
        {
            errors.Required(path, whenNone);
        }

        foreach (var mode in modes.Where(mode => !Accesses.Contains(mode)))
        {
            errors.NotSupported(path, mode, Accesses);
        }

        if (modes.Length > 1 && modes.Contains("ReadWriteOncePod"))
        {
            errors.Forbidden(path, "may not use ReadWriteOncePod with other access modes");
        }
    }

    public static void ValidateUpdate(JsonObject root, JsonObject old, FieldErrors errors)
    {
        var (spec, oldSpec) = (root.Child("spec"), old.Child("spec"));
        var wanted = (JsonObject)spec.DeepClone();

        // What the controllers fill in once, and what a bound claim may ask for more of.
        foreach (var name in (ReadOnlySpan<string>)["volumeName", "storageClassName", "volumeAttributesClassName"])
        {
            if (!oldSpec.Has(name) || name == "volumeAttributesClassName")
            {
                wanted.TakeFrom(oldSpec, name);
            }
        }

        if (old.Object("status").Text("phase") == "Bound")
        {
            wanted.Child("resources").TakeFrom(oldSpec.Object("resources"), "requests");
            Shrinks(spec, old, errors);
        }

        if (!JsonTree.Equal(wanted, oldSpec))
        {
            errors.Forbidden(
                FieldPath.Root("spec"), "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims");
        }
    }

    private static void Shrinks(JsonObject spec, JsonObject old, FieldErrors errors)
    {
        if (Quantity.TryParse(spec.Object("resources").Object("requests").Text("storage"), out var asked)
            && Quantity.TryParse(old.Object("status").Object("capacity").Text("storage"), out var given) && asked < given)
        {
            errors.Forbidden(
                FieldPath.Spec.Child("resources").Child("requests").Child("storage"), "field can not be less than status.capacity");
        }
    }
}
