using System.Buffers;
using System.Text.Json;
using Orleans;
using Orleans.Runtime;

namespace Grainhouse.Storage.Grains;

/// <summary>A reminder as it is stored: JSON, so that a person can read it.</summary>
internal static class ReminderDocument
{
    /// <summary>Writes a reminder.</summary>
    public static byte[] Write(ReminderEntry entry)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("grain", entry.GrainId.ToString());
            writer.WriteString("name", entry.ReminderName);
            writer.WriteString("startAt", DateTime.SpecifyKind(entry.StartAt, DateTimeKind.Utc));
            writer.WriteNumber("periodTicks", entry.Period.Ticks);
            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Reads a reminder of a revision.</summary>
    public static ReminderEntry Read(ReadOnlyMemory<byte> document, string etag)
    {
        using var json = JsonDocument.Parse(document);
        var root = json.RootElement;
        return new ReminderEntry
        {
            GrainId = GrainId.Parse(root.GetProperty("grain").GetString()!),
            ReminderName = root.GetProperty("name").GetString()!,
            StartAt = root.GetProperty("startAt").GetDateTime().ToUniversalTime(),
            Period = TimeSpan.FromTicks(root.GetProperty("periodTicks").GetInt64()),
            ETag = etag,
        };
    }
}
