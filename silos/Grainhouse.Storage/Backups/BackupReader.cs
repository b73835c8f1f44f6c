using System.Buffers;
using System.IO.Compression;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text.Json;
using Grainhouse.Interfaces.Storage;
using Grainhouse.Storage.Sqlite;

namespace Grainhouse.Storage.Backups;

/// <summary>Reads a backup from a stream and checks it on the way. Only when the last document was given is it known to be whole.</summary>
internal sealed class BackupReader : IAsyncDisposable
{
    // The largest document that the API takes has 3 MiB; this only keeps a file that is something else from filling the memory.
    private const int MostLineBytes = 256 << 20;

    private readonly PipeReader lines;
    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    private BackupReader(Stream input) => lines = PipeReader.Create(new GZipStream(input, CompressionMode.Decompress, leaveOpen: true), new StreamPipeReaderOptions(bufferSize: 1 << 16));

    /// <summary>The first line.</summary>
    public BackupHeader Header { get; private set; } = null!;

    /// <summary>Reads the first line.</summary>
    /// <exception cref="BackupFormatException">It is not a backup that this program can restore.</exception>
    public static async Task<BackupReader> OpenAsync(Stream input, CancellationToken cancellationToken)
    {
        var reader = new BackupReader(input);
        try
        {
            var line = await reader.ReadLineAsync(cancellationToken) ?? throw new BackupFormatException("It is empty.");
            reader.Header = BackupLines.ReadHeader(line);
            reader.Count(line);
            return reader;
        }
        catch (InvalidDataException cause)
        {
            await reader.DisposeAsync();
            throw new BackupFormatException("It is not a backup of Grainhouse.", cause);
        }
        catch (BackupFormatException)
        {
            await reader.DisposeAsync();
            throw;
        }
    }

    /// <summary>Reads the documents, in the order of their keys.</summary>
    /// <exception cref="BackupFormatException">The backup is cut off or altered.</exception>
    public async IAsyncEnumerable<StoredDocument> DocumentsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var last = "";
        for (var documents = 0L; ; documents++)
        {
            var (document, trailer) = await ReadAsync(cancellationToken);
            if (trailer is not null)
            {
                await CheckEndAsync(trailer, documents, cancellationToken);
                yield break;
            }

            if ((documents > 0 && Utf8Order.Compare(document!.Key, last) <= 0) || document!.Revision < 1 || document.Revision > Header.Revision)
            {
                throw Altered();
            }

            last = document.Key;
            yield return document;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await lines.CompleteAsync();
        hash.Dispose();
    }

    private async Task<(StoredDocument? Document, BackupTrailer? Trailer)> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            var line = await ReadLineAsync(cancellationToken) ?? throw new BackupFormatException("It is cut off: its end is missing. Take it from where it was whole.");
            var read = BackupLines.Read(line);
            if (read.Trailer is null)
            {
                Count(line);
            }

            return read;
        }
        catch (Exception cause) when (cause is JsonException or InvalidDataException or InvalidOperationException or FormatException)
        {
            throw Altered(cause);
        }
    }

    private async Task CheckEndAsync(BackupTrailer trailer, long documents, CancellationToken cancellationToken)
    {
        if (trailer.Documents != documents || trailer.Sha256 != Convert.ToHexStringLower(hash.GetHashAndReset()))
        {
            throw Altered();
        }

        try
        {
            if (await ReadLineAsync(cancellationToken) is not null)
            {
                throw Altered();
            }
        }
        catch (InvalidDataException cause)
        {
            throw Altered(cause);
        }
    }

    private void Count(ReadOnlyMemory<byte> line)
    {
        hash.AppendData(line.Span);
        hash.AppendData("\n"u8);
    }

    // A line in bytes of its own; null at the end. What follows the last line feed is a line that was cut off.
    private async ValueTask<byte[]?> ReadLineAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await lines.ReadAsync(cancellationToken);
            if (read.Buffer.PositionOf((byte)'\n') is { } end)
            {
                var line = read.Buffer.Slice(0, end).ToArray();
                lines.AdvanceTo(read.Buffer.GetPosition(1, end));
                return line;
            }

            if (read.IsCompleted || read.Buffer.Length > MostLineBytes)
            {
                var rest = read.Buffer.Length;
                lines.AdvanceTo(read.Buffer.End);
                return rest == 0 ? null : throw new InvalidDataException("a line has no end");
            }

            lines.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    private static BackupFormatException Altered(Exception? cause = null) => new("It is damaged: what is in it does not match its checksum. Take another one.", cause);
}
