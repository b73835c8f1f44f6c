using System.Buffers;
using System.IO.Compression;
using System.Security.Cryptography;
using Grainhouse.Interfaces.Storage;

namespace Grainhouse.Storage.Backups;

/// <summary>Writes a backup to a stream: gzip of <see cref="BackupLines"/>. Without <see cref="CompleteAsync"/> what was written is no backup.</summary>
internal sealed class BackupWriter(Stream output) : IAsyncDisposable
{
    private const int FlushBytes = 1 << 16;

    private readonly GZipStream compressed = new(output, CompressionLevel.Fastest, leaveOpen: true);
    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly ArrayBufferWriter<byte> lines = new(2 * FlushBytes);

    /// <summary>The documents so far.</summary>
    public long Documents { get; private set; }

    /// <summary>Writes the first line.</summary>
    public void Begin(BackupHeader header) => BackupLines.WriteHeader(lines, header);

    /// <summary>Adds a document. They come in the order of their keys.</summary>
    public async ValueTask AddAsync(StoredDocument document, CancellationToken cancellationToken)
    {
        BackupLines.WriteDocument(lines, document);
        Documents++;
        if (lines.WrittenCount >= FlushBytes)
        {
            await FlushAsync(cancellationToken);
        }
    }

    /// <summary>Writes the last line.</summary>
    public async Task CompleteAsync(CancellationToken cancellationToken)
    {
        await FlushAsync(cancellationToken);
        BackupLines.WriteTrailer(lines, Documents, hash.GetHashAndReset());
        await FlushAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await compressed.DisposeAsync();
        hash.Dispose();
    }

    private async Task FlushAsync(CancellationToken cancellationToken)
    {
        hash.AppendData(lines.WrittenSpan);
        await compressed.WriteAsync(lines.WrittenMemory, cancellationToken);
        lines.ResetWrittenCount();
    }
}
