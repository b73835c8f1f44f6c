using System.Text.Json;
using Grainhouse.Planning.Objects.Json;

namespace Grainhouse.Planning.Objects.Decoding;

/// <summary>Finds members that are there twice, in JSON that no schema describes: the bodies of patches.</summary>
internal static class DuplicateFields
{
    /// <summary>The words for each, as <c>duplicate field "spec.replicas"</c>; null for none.</summary>
    /// <param name="json">JSON that has been read before, so that it is known to be well-formed.</param>
    public static List<string>? Find(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, JsonTree.ReaderOptions);
        var path = default(DecodePath);
        var found = default(StrictFindings);
        reader.Read();
        Walk(ref reader, ref path, ref found);
        return found.Words;
    }

    private static void Walk(ref Utf8JsonReader reader, ref DecodePath path, ref StrictFindings found)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                WalkObject(ref reader, ref path, ref found);
                break;
            case JsonTokenType.StartArray:
                path.PushIndex();
                for (var i = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; i++)
                {
                    path.SetIndex(i);
                    Walk(ref reader, ref path, ref found);
                }

                path.Pop();
                break;
        }
    }

    private static void WalkObject(ref Utf8JsonReader reader, ref DecodePath path, ref StrictFindings found)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            path.PushField(name);
            if (!seen.Add(name))
            {
                found.Duplicate(path);
            }

            reader.Read();
            Walk(ref reader, ref path, ref found);
            path.Pop();
        }
    }
}
