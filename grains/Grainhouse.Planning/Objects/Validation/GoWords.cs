using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Grainhouse.Planning.Documents;

namespace Grainhouse.Planning.Objects.Validation;

/// <summary>Values as Go prints them in upstream's messages.</summary>
internal static class GoWords
{
    /// <summary><c>%q</c>: double quotes, with backslash escapes.</summary>
    public static string Quote(string text)
    {
        var quoted = new StringBuilder(text.Length + 2).Append('"');
        foreach (var c in text)
        {
            switch (c)
            {
                case '"' or '\\':
                    quoted.Append('\\').Append(c);
                    break;
                case '\n':
                    quoted.Append("\\n");
                    break;
                case '\r':
                    quoted.Append("\\r");
                    break;
                case '\t':
                    quoted.Append("\\t");
                    break;
                case < ' ' or '\x7f':
                    quoted.Append("\\x").Append(((int)c).ToString("x2"));
                    break;
                default:
                    quoted.Append(c);
                    break;
            }
        }

        return quoted.Append('"').ToString();
    }

    /// <summary>A document's value: strings quoted, the rest as JSON.</summary>
    public static string Value(JsonNode? value) => value switch
    {
        null => "null",
        JsonValue leaf when leaf.TryGetValue(out string? text) => Quote(text),
        _ => value.ToJsonString(Interfaces.Objects.DocumentJson.Options),
    };

    /// <summary><c>%#v</c> of a map: sorted by key.</summary>
    public static string Map(JsonObject? map)
    {
        if (map is null)
        {
            return "map[string]string(nil)";
        }

        var entries = map.OrderBy(entry => entry.Key, StringComparer.Ordinal)
            .Select(entry => $"{Quote(entry.Key)}:{Quote(entry.Value.Text() ?? "")}");
        return $"map[string]string{{{string.Join(", ", entries)}}}";
    }

    /// <summary><c>%#v</c> of a meta/v1 LabelSelector.</summary>
    public static string Selector(JsonObject? selector) =>
        $"v1.LabelSelector{{MatchLabels:{Map(selector.Object("matchLabels"))}, MatchExpressions:{Requirements(selector.Array("matchExpressions"))}}}";

    private static string Requirements(JsonArray? requirements)
    {
        if (requirements is null)
        {
            return "[]v1.LabelSelectorRequirement(nil)";
        }

        var items = requirements.OfType<JsonObject>().Select(item =>
            $"v1.LabelSelectorRequirement{{Key:{Quote(item.Text("key") ?? "")}, Operator:{Quote(item.Text("operator") ?? "")}, Values:{Strings(item.Array("values"))}}}");
        return $"[]v1.LabelSelectorRequirement{{{string.Join(", ", items)}}}";
    }

    /// <summary><c>%#v</c> of a list of strings.</summary>
    public static string Strings(JsonArray? items) =>
        items is null ? "[]string(nil)" : $"[]string{{{string.Join(", ", items.Select(item => Quote(item.Text() ?? "")))}}}";
}
