using System.Text.Json.Nodes;
using Grainhouse.Planning.Objects.Json;
using Grainhouse.Planning.Objects.Kinds;

namespace Grainhouse.Planning.Objects.Validation;

/// <summary>What every object's <c>metadata</c> must look like.</summary>
internal static class MetadataRules
{
    public static void Validate(KindRules kind, JsonObject metadata, FieldErrors errors)
    {
        if (metadata.Text("name") is not { Length: > 0 } name)
        {
            errors.Required(FieldPath.Metadata.Child("name"), "name or generateName is required");
        }
        else
        {
            kind.ValidateName(FieldPath.Metadata.Child("name"), name, errors);
        }
    }
}
