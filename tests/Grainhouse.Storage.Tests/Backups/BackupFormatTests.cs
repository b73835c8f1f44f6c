using System.IO.Compression;
using System.Text;
using Grainhouse.Interfaces.Storage;
using Grainhouse.Interfaces.Versions;
using Grainhouse.Storage.Backups;

namespace Grainhouse.Storage.Tests.Backups;

/// <summary>What a backup looks like, and that only a whole one is taken for one.</summary>
public sealed class BackupFormatTests
{
    private static readonly BackupHeader Header = new(42, new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero), "0.1.0", new ProtocolRange(1, 1));

    // JSON, JSON that fits no line, JSON that is none, no JSON at all.
    private static readonly StoredDocument[] Documents =
    [
        Document("_grains/a", 7, [0xFF, 0x00, 0x0A]),
        Document("_pki/cluster", 1, "{\"ca.crt\":\"-----\\n\"}"u8),
        Document("configmaps/default/a", 3, "{\"a\": [1, 2.50, \"Grüße \\u00fc\"],\"a\":1}"u8),
        Document("configmaps/default/b", 42, "{\n}"u8),
        Document("configmaps/default/c", 5, " {}"u8),
        Document("configmaps/default/d", 6, "{\"a\":1"u8),
        Document("configmaps/default/e", 8, ""u8),
        Document("configmaps/default/\U0001F33E", 9, "{}"u8),
    ];

    [Fact]
    public async Task Read_OfWhatWasWritten_GivesEveryByte()
    {
        var (header, documents) = await ReadAsync(await WriteAsync(Documents));

        Assert.Equal(Header, header);
        Assert.Equal(Documents.Select(Text), documents.Select(Text));
    }

    [Fact]
    public async Task Write_OfJson_CanBeReadByPeople()
    {
        var lines = Lines(await WriteAsync([Documents[2]]));

        Assert.Equal(
            [
                """{"grainhouse":"backup","format":1,"revision":42,"takenAt":"2026-03-01T12:00:00Z","program":"0.1.0","protocol":1,"oldestProtocol":1}""",
                """{"key":"configmaps/default/a","revision":3,"document":{"a": [1, 2.50, "Grüße \u00fc"],"a":1}}""",
            ],
            lines[..2]);
        Assert.Matches("^{\"documents\":1,\"sha256\":\"[0-9a-f]{64}\"}$", lines[2]);
    }

    [Fact]
    public async Task Read_OfAFileCutOffAnywhere_IsRefused()
    {
        var whole = await WriteAsync(Documents);

        for (var length = 0; length < whole.Length; length++)
        {
            var cut = whole[..length];
            var refused = await Record.ExceptionAsync(() => ReadAsync(cut));

            // What is missing may be no more than the end of the gzip, behind all of the lines.
            if (refused is null)
            {
                Assert.Equal(Lines(whole), Lines(cut));
                Assert.InRange(length, whole.Length - 12, whole.Length);
            }
            else
            {
                Assert.IsType<BackupFormatException>(refused);
            }
        }
    }

    [Fact]
    public async Task Read_OfAFileWithAnyByteChanged_IsRefusedOrTheSame()
    {
        var whole = await WriteAsync(Documents);
        var refusals = 0;

        for (var index = 0; index < whole.Length; index++)
        {
            var changed = whole.ToArray();
            changed[index] ^= 0x20;
            try
            {
                var (header, documents) = await ReadAsync(changed);

                // The gzip's own header has bytes that say nothing.
                Assert.Equal(Header, header);
                Assert.Equal(Documents.Select(Text), documents.Select(Text));
            }
            catch (BackupFormatException)
            {
                refusals++;
            }
        }

        Assert.InRange(refusals, whole.Length - 16, whole.Length);
    }

    [Theory]
    [InlineData("\"revision\":3", "\"revision\":4")]
    [InlineData("\"revision\":3", "\"revision\":43")]
    [InlineData("default/c", "default/B")]
    [InlineData("2.50", "2.51")]
    [InlineData("\"documents\":8", "\"documents\":7")]
    [InlineData("takenAt\":\"2026", "takenAt\":\"2025")]
    [InlineData("\"bytes\"", "\"bites\"")]
    public async Task Read_OfAnEditedFile_IsRefused(string from, string to)
    {
        var text = string.Join('\n', Lines(await WriteAsync(Documents))) + "\n";
        Assert.Contains(from, text, StringComparison.Ordinal);

        var refused = await Assert.ThrowsAsync<BackupFormatException>(() => ReadAsync(Zip(text.Replace(from, to, StringComparison.Ordinal))));

        Assert.Contains("damaged", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"format\":1", "\"format\":2", "format 2")]
    [InlineData("\"protocol\":1,\"oldestProtocol\":1", "\"protocol\":9,\"oldestProtocol\":8", "cluster protocol 8 to 9")]
    public async Task Read_OfANewerVersion_SaysSo(string from, string to, string said)
    {
        var text = string.Join('\n', Lines(await WriteAsync(Documents))) + "\n";

        var refused = await Assert.ThrowsAsync<BackupFormatException>(() => ReadAsync(Zip(text.Replace(from, to, StringComparison.Ordinal))));

        Assert.Contains(said, refused.Message, StringComparison.Ordinal);
        Assert.Contains("newer Grainhouse (0.1.0", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{\"kind\":\"ConfigMap\"}")]
    [InlineData("kind: ConfigMap")]
    public async Task Read_OfSomethingElse_SaysSo(string text)
    {
        await Assert.ThrowsAsync<BackupFormatException>(() => ReadAsync(Encoding.UTF8.GetBytes(text)));
        await Assert.ThrowsAsync<BackupFormatException>(() => ReadAsync(Zip(text + "\n")));
    }

    private static StoredDocument Document(string key, long revision, ReadOnlySpan<byte> bytes) => new(key, revision, bytes.ToArray());

    private static string Text(StoredDocument document) => $"{document.Key} {document.Revision} {Convert.ToHexString(document.Document.Span)}";

    private static async Task<byte[]> WriteAsync(IEnumerable<StoredDocument> documents)
    {
        using var stream = new MemoryStream();
        await using (var writer = new BackupWriter(stream))
        {
            writer.Begin(Header);
            foreach (var document in documents)
            {
                await writer.AddAsync(document, CancellationToken.None);
            }

            await writer.CompleteAsync(CancellationToken.None);
        }

        return stream.ToArray();
    }

    private static async Task<(BackupHeader Header, List<StoredDocument> Documents)> ReadAsync(byte[] bytes)
    {
        await using var reader = await BackupReader.OpenAsync(new MemoryStream(bytes), CancellationToken.None);
        return (reader.Header, await reader.DocumentsAsync(CancellationToken.None).ToListAsync());
    }

    private static string[] Lines(byte[] bytes)
    {
        using var reader = new StreamReader(new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress));
        return reader.ReadToEnd().TrimEnd('\n').Split('\n');
    }

    private static byte[] Zip(string text)
    {
        using var stream = new MemoryStream();
        using (var zip = new GZipStream(stream, CompressionLevel.Fastest))
        {
            zip.Write(Encoding.UTF8.GetBytes(text));
        }

        return stream.ToArray();
    }
}
