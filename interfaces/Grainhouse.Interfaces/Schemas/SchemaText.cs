using System.Collections.Immutable;
using System.Text;

namespace Grainhouse.Interfaces.Schemas;

/// <summary>Parses one definition of the schema text; the form is told at <see cref="SchemaCatalog"/>.</summary>
internal static class SchemaText
{
    private static readonly ImmutableArray<SchemaType> Plain =
        [.. Enum.GetValues<SchemaKind>().Where(kind => kind < SchemaKind.List).Select(kind => new SchemaType(kind))];

    public static SchemaDefinition Parse(ReadOnlySpan<char> lines)
    {
        string name = "", groupVersionKind = "", package = "";
        var properties = ImmutableArray.CreateBuilder<SchemaProperty>();
        foreach (var line in lines.EnumerateLines())
        {
            if (line.Length == 0)
            {
                continue;
            }

            var words = line.Trim(' ').ToString().Split(' ');
            if (line[0] != ' ')
            {
                name = words[0];
                package = name[..(name.LastIndexOf('.') + 1)];
                groupVersionKind = words.Length > 1 ? words[1] : "";
            }
            else
            {
                properties.Add(ParseProperty(words, name, package));
            }
        }

        return new SchemaDefinition(name, groupVersionKind, properties.ToImmutable());
    }

    private static SchemaProperty ParseProperty(string[] words, string definition, string package)
    {
        var required = words[0].EndsWith('!');
        var name = string.Intern(required ? words[0][..^1] : words[0]);
        string key = "", list = "";
        ImmutableArray<string> mapKeys = [];
        var strategies = PatchStrategies.None;
        foreach (var word in words.AsSpan(2))
        {
            var at = word.IndexOf('=', StringComparison.Ordinal);
            var value = word[(at + 1)..];
            switch (word[..at])
            {
                case "key":
                    key = value;
                    break;
                case "strategy":
                    strategies = (value.Contains("merge", StringComparison.Ordinal) ? PatchStrategies.Merge : 0)
                        | (value.Contains("retainKeys", StringComparison.Ordinal) ? PatchStrategies.RetainKeys : 0);
                    break;
                case "list":
                    list = value;
                    break;
                case "mapkeys":
                    mapKeys = [.. value.Split(',')];
                    break;
            }
        }

        var type = ParseType(words[1], package);
        var keys = mapKeys.Length > 0 ? mapKeys.Sort(StringComparer.Ordinal) : key.Length > 0 ? [key] : ImmutableArray<string>.Empty;
        return new SchemaProperty(name, type, required)
        {
            MergeKey = key, Strategies = strategies, ListType = list, ListMapKeys = mapKeys, Utf8Name = Encoding.UTF8.GetBytes(name),
            Shape = ShapeOf(definition, name, type, list, strategies, keys), Keys = keys, PathElement = $"f:{name}",
        };
    }

    private static FieldShape ShapeOf(
        string definition, string field, SchemaType type, string list, PatchStrategies strategies, ImmutableArray<string> keys)
    {
        switch (type.Kind)
        {
            case SchemaKind.Any:
                return FieldShape.AsFound;
            case SchemaKind.Object or SchemaKind.Map:
                return AtomicMaps.Has(definition, field, type) ? FieldShape.Whole : FieldShape.Members;
            case SchemaKind.List when list == "atomic" || (list.Length == 0 && !strategies.HasFlag(PatchStrategies.Merge)):
                return FieldShape.Whole;
            case SchemaKind.List:
                return list == "set" || keys.IsEmpty ? FieldShape.Set : FieldShape.Keyed;
            default:
                return FieldShape.Whole;
        }
    }

    private static SchemaType ParseType(string text, string package)
    {
        if (text.StartsWith("[]", StringComparison.Ordinal))
        {
            return new SchemaType(SchemaKind.List, ParseType(text[2..], package));
        }

        if (text.StartsWith("{}", StringComparison.Ordinal))
        {
            return new SchemaType(SchemaKind.Map, ParseType(text[2..], package));
        }

        if (text.StartsWith('@'))
        {
            return new SchemaType(SchemaKind.Object, null, text[1] == '.' ? package + text[2..] : text[1..]);
        }

        return Plain[(int)(text switch
        {
            "string" => SchemaKind.Text,
            "int32" => SchemaKind.Int32,
            "int64" => SchemaKind.Int64,
            "double" => SchemaKind.Double,
            "bool" => SchemaKind.Boolean,
            "bytes" => SchemaKind.Bytes,
            "time" => SchemaKind.Time,
            "microtime" => SchemaKind.MicroTime,
            "quantity" => SchemaKind.Quantity,
            "intstr" => SchemaKind.IntOrString,
            _ => SchemaKind.Any,
        })];
    }
}
