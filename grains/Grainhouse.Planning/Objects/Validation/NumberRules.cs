using System.Text.Json.Nodes;
using Grainhouse.Planning.Documents;

namespace Grainhouse.Planning.Objects.Validation;

/// <summary>Numbers in ranges, and values out of a set.</summary>
internal static class NumberRules
{
    public static void NotNegative(JsonObject? node, string name, FieldPath path, FieldErrors errors)
    {
        if (node.Number(name) is < 0 and var value)
        {
            errors.Invalid(path.Child(name), value, "must be greater than or equal to 0");
        }
    }

    public static void Positive(JsonObject? node, string name, FieldPath path, FieldErrors errors)
    {
        if (node.Number(name) is <= 0 and var value)
        {
            errors.Invalid(path.Child(name), value, "must be greater than 0");
        }
    }

    public static void PortNumber(long port, FieldPath path, FieldErrors errors)
    {
        if (port is < 1 or > 65535)
        {
            errors.Invalid(path, port, "must be between 1 and 65535, inclusive");
        }
    }

    /// <summary>A port by number or by name.</summary>
    public static void PortNumberOrName(JsonNode? port, FieldPath path, FieldErrors errors)
    {
        if (port.Text() is { } name)
        {
            NameRules.Port(path, name, errors);
        }
        else
        {
            PortNumber(port.Number() ?? 0, path, errors);
        }
    }

    /// <summary>One of a few values; <paramref name="supported"/> is in ordinal order, as upstream lists it.</summary>
    public static void OneOf(JsonObject? node, string name, string[] supported, FieldPath path, FieldErrors errors)
    {
        if (node.Text(name) is { } value && Array.IndexOf(supported, value) < 0)
        {
            errors.NotSupported(path.Child(name), value, supported);
        }
    }
}
