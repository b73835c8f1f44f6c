using System.Buffers;
using System.Text.Json;
using Grainhouse.Interfaces.Storage;
using Grainhouse.Interfaces.Versions;

namespace Grainhouse.Storage.Backups;

/// <summary>The lines of a backup: JSON, so that any tool can read what is in it.</summary>
/// <remarks>
/// The first line is the header, the last the trailer, and between them is a line for each document, in the order of the keys. A
/// document that is JSON on one line stands there as it is, byte for byte; any other stands as base64.
/// </remarks>
internal static class BackupLines
{
    private const string Mark = "backup";
    private const int MaxDepth = 1_000;

    public static void WriteHeader(IBufferWriter<byte> line, BackupHeader header) => WriteLine(line, writer =>
    {
        writer.WriteString("grainhouse", Mark);
        writer.WriteNumber("format", BackupHeader.Format);
        writer.WriteNumber("revision", header.Revision);
        writer.WriteString("takenAt", header.TakenAt.UtcDateTime);
        writer.WriteString("program", header.Program);
        writer.WriteNumber("protocol", header.Protocol.Newest);
        writer.WriteNumber("oldestProtocol", header.Protocol.Oldest);
    });

    public static void WriteDocument(IBufferWriter<byte> line, StoredDocument document) => WriteLine(line, writer =>
    {
        writer.WriteString("key", document.Key);
        writer.WriteNumber("revision", document.Revision);
        if (IsOneLineOfJson(document.Document.Span))
        {
            writer.WritePropertyName("document");
            writer.WriteRawValue(document.Document.Span, skipInputValidation: true);
        }
        else
        {
            writer.WriteBase64String("bytes", document.Document.Span);
        }
    });

    public static void WriteTrailer(IBufferWriter<byte> line, long documents, ReadOnlySpan<byte> sha256)
    {
        var hash = Convert.ToHexStringLower(sha256);
        WriteLine(line, writer =>
        {
            writer.WriteNumber("documents", documents);
            writer.WriteString("sha256", hash);
        });
    }

    /// <exception cref="BackupFormatException">It is not the header of a backup, or one of a format or protocol that this program does not know.</exception>
    public static BackupHeader ReadHeader(ReadOnlyMemory<byte> line)
    {
        using var json = ParseHeader(line);
        var format = json.RootElement.GetProperty("format").GetInt32();
        if (format > BackupHeader.Format)
        {
            throw new BackupFormatException($"It was written by a newer Grainhouse ({ProgramOf(json)}, format {format}); this one reads up to format {BackupHeader.Format}. Restore it with that version.");
        }

        var root = json.RootElement;
        var protocol = new ProtocolRange(root.GetProperty("protocol").GetInt32(), root.GetProperty("oldestProtocol").GetInt32());
        if (protocol.Oldest > ClusterProtocol.Own.Newest)
        {
            throw new BackupFormatException(
                $"It was written by a newer Grainhouse ({ProgramOf(json)}, cluster protocol {protocol}); this one speaks {ClusterProtocol.Own}. Restore it with that version.");
        }

        return new BackupHeader(root.GetProperty("revision").GetInt64(), root.GetProperty("takenAt").GetDateTimeOffset(), ProgramOf(json), protocol);
    }

    /// <summary>Reads a line that is a document's or the trailer; the other one is null.</summary>
    public static (StoredDocument? Document, BackupTrailer? Trailer) Read(ReadOnlyMemory<byte> line)
    {
        var reader = new Utf8JsonReader(line.Span, new JsonReaderOptions { MaxDepth = MaxDepth + 1 });
        (string? key, long revision, ReadOnlyMemory<byte>? document) = (null, 0, null);
        (long documents, string? sha256) = (-1, null);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString();
            reader.Read();
            switch (name)
            {
                case "key":
                    key = reader.GetString();
                    break;
                case "revision":
                    revision = reader.GetInt64();
                    break;
                case "document":
                    var start = (int)reader.TokenStartIndex;
                    reader.Skip();
                    document = line[start..(int)reader.BytesConsumed];
                    break;
                case "bytes":
                    document = reader.GetBytesFromBase64();
                    break;
                case "documents":
                    documents = reader.GetInt64();
                    break;
                case "sha256":
                    sha256 = reader.GetString();
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return (key, document, sha256) switch
        {
            (not null, { } bytes, null) => (new StoredDocument(key, revision, bytes), null),
            (null, null, not null) => (null, new BackupTrailer(documents, sha256)),
            _ => throw new JsonException("neither a document nor the end"),
        };
    }

    private static JsonDocument ParseHeader(ReadOnlyMemory<byte> line)
    {
        try
        {
            var json = JsonDocument.Parse(line);
            if (json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("grainhouse", out var mark) && mark.ValueEquals(Mark))
            {
                return json;
            }

            json.Dispose();
        }
        catch (JsonException)
        {
            // Said below.
        }

        throw new BackupFormatException("It is not a backup of Grainhouse.");
    }

    private static string ProgramOf(JsonDocument header) => header.RootElement.GetProperty("program").GetString()!;

    private static void WriteLine(IBufferWriter<byte> line, Action<Utf8JsonWriter> write)
    {
        using (var writer = new Utf8JsonWriter(line, new JsonWriterOptions { MaxDepth = MaxDepth + 1 }))
        {
            writer.WriteStartObject();
            write(writer);
            writer.WriteEndObject();
        }

        line.Write("\n"u8);
    }

    // Whether it can stand in a line and be cut out of it again without the loss of a byte.
    private static bool IsOneLineOfJson(ReadOnlySpan<byte> document)
    {
        if (document.IsEmpty || document.ContainsAny("\r\n"u8) || document[0] is (byte)' ' or (byte)'\t' || document[^1] is (byte)' ' or (byte)'\t')
        {
            return false;
        }

        try
        {
            var reader = new Utf8JsonReader(document, new JsonReaderOptions { MaxDepth = MaxDepth });
            while (reader.Read())
            {
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}

/// <summary>The last line of a backup.</summary>
/// <param name="Documents">How many documents it has.</param>
/// <param name="Sha256">The hash of all lines before it, each with its line feed, in hexadecimal digits.</param>
internal sealed record BackupTrailer(long Documents, string Sha256);
