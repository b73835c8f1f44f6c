using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning.Documents;
using Grainhouse.Planning.Objects.Validation;

namespace Grainhouse.Planning.Objects.Kinds;

/// <summary>Storage classes: what they stand for never changes.</summary>
internal sealed class StorageClassRules : KindRules
{
    private static readonly string[] Policies = ["Delete", "Retain"];
    private static readonly string[] Modes = ["Immediate", "WaitForFirstConsumer"];

    public override void Default(JsonObject root)
    {
        root.Default("reclaimPolicy", "Delete");
        root.Default("volumeBindingMode", "Immediate");
    }

    public override void Validate(JsonObject root, FieldErrors errors)
    {
        var provisioner = root.Text("provisioner") ?? "";
        if (provisioner.Length == 0)
        {
            errors.Required(FieldPath.Root("provisioner"));
        }
        else if (LabelSyntax.WhyNotKey(provisioner.ToLowerInvariant()) is { } why)
        {
            errors.Invalid(FieldPath.Root("provisioner"), provisioner, why);
        }

        foreach (var (name, supported) in ((string, string[])[])[("reclaimPolicy", Policies), ("volumeBindingMode", Modes)])
        {
            if (root.Text(name) is { } value && !supported.Contains(value))
            {
                errors.NotSupported(FieldPath.Root(name), value, supported);
            }
        }
    }

    public override void ValidateUpdate(JsonObject root, JsonObject old, FieldErrors errors)
    {
        foreach (var name in (ReadOnlySpan<string>)["parameters", "provisioner", "reclaimPolicy"])
        {
            ChangeRules.Forbidden(root, old, name, $"updates to {name} are forbidden.", errors);
        }

        ChangeRules.Immutable(root, old, "volumeBindingMode", null, errors);
    }
}
