using System.Text.Json.Nodes;
using Grainhouse.Planning.Documents;
using Grainhouse.Planning.Objects.Json;

namespace Grainhouse.Planning.Objects.Validation;

/// <summary>Fields that an update may not change.</summary>
internal static class ChangeRules
{
    /// <summary>Upstream's FieldImmutableErrorMsg.</summary>
    public const string Words = "field is immutable";

    /// <summary>A member that stays as it is; <paramref name="parent"/> is null for a member of the document itself.</summary>
    public static void Immutable(JsonObject node, JsonObject old, string name, FieldPath? parent, FieldErrors errors)
    {
        if (!JsonTree.Equal(node[name], old[name]))
        {
            errors.Invalid(parent?.Child(name) ?? FieldPath.Root(name), node[name], Words);
        }
    }

    /// <summary>A member that may not be changed, in words of the kind's own.</summary>
    public static void Forbidden(JsonObject node, JsonObject old, string name, string why, FieldErrors errors)
    {
        if (!JsonTree.Equal(node[name], old[name]))
        {
            errors.Forbidden(FieldPath.Root(name), why);
        }
    }
}
