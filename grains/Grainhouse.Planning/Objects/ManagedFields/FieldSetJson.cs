using System.Text.Json;

namespace Grainhouse.Planning.Objects.ManagedFields;

/// <summary>FieldsV1: a field set as JSON, an object for each node and <c>"."</c> for a node that is in the set with something under it.</summary>
internal static class FieldSetJson
{
    /// <summary>Reads the object that the reader stands on.</summary>
    /// <param name="reader">Stands on the opening brace, afterwards on the closing one.</param>
    /// <param name="canonical">Whether the elements are known to be spelt as this code spells them.</param>
    /// <exception cref="FormatException">An element is none, or the value is no object.</exception>
    public static FieldSet Read(ref Utf8JsonReader reader, bool canonical) => Read(ref reader, canonical, root: true);

    /// <summary>Writes a set.</summary>
    public static void Write(Utf8JsonWriter json, FieldSet set)
    {
        json.WriteStartObject();
        WriteChildren(json, set);
        json.WriteEndObject();
    }

    private static FieldSet Read(ref Utf8JsonReader reader, bool canonical, bool root)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new FormatException("a node of FieldsV1 is not an object");
        }

        var member = false;
        List<KeyValuePair<string, FieldSet>>? children = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("."u8))
            {
                member = true;
                reader.Read();
                reader.Skip();
                continue;
            }

            var element = reader.ValueIsEscaped ? reader.GetString()! : FieldNames.Get(reader.ValueSpan);
            if (!canonical)
            {
                element = FieldPaths.Canonical(element) ?? throw new FormatException($"\"{element}\" is no path element");
            }

            reader.Read();
            var child = Read(ref reader, canonical, root: false);
            children ??= [];
            if (canonical || children.TrueForAll(known => known.Key != element))
            {
                children.Add(new(element, child));
            }
        }

        return FieldSet.Of(member || (children is null && !root), children);
    }

    private static void WriteChildren(Utf8JsonWriter json, FieldSet set)
    {
        foreach (var (element, child) in set.Children)
        {
            json.WriteStartObject(element);
            if (child.Member && child.Children.Length > 0)
            {
                json.WriteStartObject("."u8);
                json.WriteEndObject();
            }

            WriteChildren(json, child);
            json.WriteEndObject();
        }
    }
}
