using System.Collections.Immutable;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning.Objects.Json;

namespace Grainhouse.Planning.Objects.ManagedFields;

/// <summary>Elements of field paths: how FieldsV1 spells them, and how people read them.</summary>
internal static class FieldPaths
{
    /// <summary>A member of an object or map.</summary>
    public static string Field(string name) => $"f:{name}";

    /// <summary>An item of a set.</summary>
    public static string Value(JsonNode? item) => $"v:{Json(item)}";

    /// <summary>An item of a keyed list; null if a key is missing and has no default, or the item is no object.</summary>
    /// <param name="item">The item.</param>
    /// <param name="keys">The key fields, in ordinal order.</param>
    /// <param name="missing">The key that is missing.</param>
    public static string? Key(JsonNode? item, ImmutableArray<string> keys, out string missing)
    {
        missing = keys[0];
        if (item is not JsonObject node)
        {
            return null;
        }

        if (keys.Length == 1 && node[keys[0]] is JsonValue only)
        {
            return $"k:{{\"{keys[0]}\":{Json(only)}}}";
        }

        var text = new StringBuilder("k:{");
        foreach (var key in keys)
        {
            if (node[key] is not { } value)
            {
                if (Default(key) is not { } given)
                {
                    missing = key;
                    return null;
                }

                value = given;
            }

            text.Append(text.Length > 3 ? "," : "").Append('"').Append(key).Append("\":").Append(Json(value));
        }

        return text.Append('}').ToString();
    }

    /// <summary>Spells an element as this class would, so that two spellings of one element are equal; null if it is none.</summary>
    public static string? Canonical(string element)
    {
        try
        {
            switch (element)
            {
                case ['f', ':', ..]:
                    return element;
                case ['v', ':', .. var value]:
                    return Value(JsonTree.Parse(Encoding.UTF8.GetBytes(value)));
                case ['k', ':', .. var key] when JsonTree.Parse(Encoding.UTF8.GetBytes(key)) is JsonObject { Count: > 0 } node:
                    return Key(node, [.. node.Select(member => member.Key).Order(StringComparer.Ordinal)], out _);
                case ['i', ':', .. var index]:
                    return int.TryParse(index, out _) ? element : null;
                default:
                    return null;
            }
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>An element as upstream shows it in messages: <c>.name</c>, <c>[name="x"]</c>, <c>[="x"]</c>, <c>[0]</c>.</summary>
    public static string Words(string element) => element switch
    {
        ['f', ':', .. var name] => $".{name}",
        ['v', ':', .. var value] => $"[={value}]",
        ['k', ':', .. var key] when JsonTree.Parse(Encoding.UTF8.GetBytes(key)) is JsonObject node =>
            $"[{string.Join(',', node.Select(member => $"{member.Key}={Json(member.Value)}"))}]",
        _ => $"[{element[2..]}]",
    };

    /// <summary>The paths of a set as upstream shows them: <c>.spec.containers[name="x"].image</c>.</summary>
    public static IEnumerable<string> Words(FieldSet set, string prefix = "")
    {
        if (set.Member)
        {
            yield return prefix;
        }

        foreach (var (element, child) in set.Children.ToArray())
        {
            foreach (var path in Words(child, prefix + Words(element)))
            {
                yield return path;
            }
        }
    }

    // Upstream's schema gives these two key fields a default: ports without a protocol are TCP's, and a reference may have no name.
    private static JsonValue? Default(string key) => key switch
    {
        "protocol" => JsonValue.Create("TCP"),
        "name" => JsonValue.Create(""),
        _ => null,
    };

    private static string Json(JsonNode? value)
    {
        if (value is JsonValue leaf && leaf.TryGetValue(out string? text))
        {
            return JavaScriptEncoder.UnsafeRelaxedJsonEscaping.FindFirstCharacterToEncode(text) < 0
                ? $"\"{text}\""
                : $"\"{JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"";
        }

        return value?.ToJsonString(DocumentJson.Options) ?? "null";
    }

    private static int FindFirstCharacterToEncode(this JavaScriptEncoder encoder, string text)
    {
        Span<byte> utf8 = stackalloc byte[256];
        return Encoding.UTF8.TryGetBytes(text, utf8, out var length) ? encoder.FindFirstCharacterToEncodeUtf8(utf8[..length]) : 0;
    }
}
