using System.Text.Json;

namespace Grainhouse.Gateway.Requests;

/// <summary>What a document that was sent says of itself; null where it says nothing.</summary>
internal readonly record struct BodyHeader(string? ApiVersion, string? Kind, string? Name, string? GenerateName, string? Namespace)
{
    /// <summary>Reads it without a model, and checks on the way that the whole document is JSON.</summary>
    /// <exception cref="JsonException">The document is not one JSON object.</exception>
    public static BodyHeader Read(ReadOnlySpan<byte> document)
    {
        try
        {
            return ReadDocument(document);
        }
        catch (InvalidOperationException)
        {
            // The reader's way to say that a text is not valid UTF-8 or has half a surrogate pair.
            throw new JsonException("invalid UTF-8 in a string");
        }
    }

    private static BodyHeader ReadDocument(ReadOnlySpan<byte> document)
    {
        var header = default(BodyHeader);
        var reader = new Utf8JsonReader(document);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException("the document is not an object");
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("apiVersion"u8))
            {
                header = header with { ApiVersion = Text(ref reader) };
            }
            else if (reader.ValueTextEquals("kind"u8))
            {
                header = header with { Kind = Text(ref reader) };
            }
            else if (reader.ValueTextEquals("metadata"u8))
            {
                reader.Read();
                header = reader.TokenType == JsonTokenType.StartObject ? ReadMetadata(ref reader, header) : Skipped(ref reader, header);
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }

        return reader.Read() ? throw new JsonException("there is something after the document") : header;
    }

    private static BodyHeader ReadMetadata(ref Utf8JsonReader reader, BodyHeader header)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("name"u8))
            {
                header = header with { Name = Text(ref reader) };
            }
            else if (reader.ValueTextEquals("generateName"u8))
            {
                header = header with { GenerateName = Text(ref reader) };
            }
            else if (reader.ValueTextEquals("namespace"u8))
            {
                header = header with { Namespace = Text(ref reader) };
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }

        return header;
    }

    private static string? Text(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.String)
        {
            return reader.GetString();
        }

        reader.Skip();
        return null;
    }

    private static BodyHeader Skipped(ref Utf8JsonReader reader, BodyHeader header)
    {
        reader.Skip();
        return header;
    }
}
