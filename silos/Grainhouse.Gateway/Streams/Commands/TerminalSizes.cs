using System.Text.Json;
using Grainhouse.Interfaces.Agents;

namespace Grainhouse.Gateway.Streams.Commands;

/// <summary>Reads the sizes that clients send: <c>{"Width":80,"Height":24}</c>.</summary>
internal static class TerminalSizes
{
    private const int Most = ushort.MaxValue;

    /// <summary>Reads the first size in a text; null if there is none that is whole and possible.</summary>
    /// <param name="text">JSON documents one after the other, the last one perhaps cut short.</param>
    /// <param name="read">How many bytes are done with: all of what is no size, nothing of what is cut short.</param>
    public static TerminalSize? Parse(ReadOnlySpan<byte> text, out int read)
    {
        var reader = new Utf8JsonReader(text, isFinalBlock: false, default);
        try
        {
            if (!JsonDocument.TryParseValue(ref reader, out var document))
            {
                read = 0;
                return null;
            }

            using (document)
            {
                read = (int)reader.BytesConsumed;
                var root = document.RootElement;
                return root.ValueKind == JsonValueKind.Object && Number(root, "Width") is { } width && Number(root, "Height") is { } height
                    ? new TerminalSize { Width = width, Height = height }
                    : null;
            }
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException)
        {
            // As upstream's decoder: what is no size is not listened to. (The second is the reader's word for a name that is not Unicode.)
            read = text.Length;
            return null;
        }
    }

    private static uint? Number(JsonElement root, string name)
    {
        // Go's decoder does not mind the case of names, and some clients rely on it.
        foreach (var property in root.EnumerateObject())
        {
            if (property.Name.Equals(name, StringComparison.OrdinalIgnoreCase) && property.Value.ValueKind == JsonValueKind.Number && property.Value.TryGetUInt32(out var number) && number <= Most)
            {
                return number;
            }
        }

        return null;
    }
}
