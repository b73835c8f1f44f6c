using System.Text.Json.Nodes;
using Grainhouse.Planning.Documents;

namespace Grainhouse.Planning.Objects.Validation;

/// <summary>Owner references: complete, and at most one controller.</summary>
internal static class OwnerRules
{
    private static readonly FieldPath Path = FieldPath.Metadata.Child("ownerReferences");

    public static void Validate(JsonArray? owners, FieldErrors errors)
    {
        if (owners is null)
        {
            return;
        }

        string? controller = null;
        foreach (var item in owners)
        {
            var owner = item as JsonObject;
            foreach (var name in (ReadOnlySpan<string>)["apiVersion", "kind", "name", "uid"])
            {
                if (string.IsNullOrEmpty(owner.Text(name)))
                {
                    errors.Invalid(Path.Child(name), "", name == "apiVersion" ? "version must not be empty" : $"{name} must not be empty");
                }
            }

            if (!owner.Flag("controller"))
            {
                continue;
            }

            if (controller is not null)
            {
                errors.Invalid(
                    Path,
                    owners,
                    $"Only one reference can have Controller set to true. Found \"true\" in references for {controller} and {owner.Text("name")}");
                return;
            }

            controller = owner.Text("name");
        }
    }
}
