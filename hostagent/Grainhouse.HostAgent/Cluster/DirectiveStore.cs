using System.Buffers.Binary;
using System.Security.Cryptography;
using Google.Protobuf;
using Grainhouse.Interfaces.Agents;

namespace Grainhouse.HostAgent.Cluster;

/// <summary>Keeps the node's last directive on disk: a snapshot, then each change appended and fsynced.</summary>
/// <remarks>
/// A record is its length, a checksum and a message. What a crash left half-written at the end fails its checksum and is
/// ignored. When the changes have outgrown the snapshot, the file is written anew beside the old one and renamed over it.
/// Holds secrets: mode 0600. For one caller at a time.
/// </remarks>
internal sealed class DirectiveStore : IDisposable
{
    private const int HeaderBytes = 8;

    /// <summary>A file smaller than this is not worth writing anew.</summary>
    private const long LeastCompaction = 1 << 20;

    private readonly string path;
    private readonly StoredDirective state = new();
    private FileStream? file;
    private long snapshotBytes;

    public DirectiveStore(string directory)
    {
        Directory.CreateDirectory(directory);
        path = Path.Combine(directory, "directive");
    }

    /// <summary>The directive of the file; null if there is none.</summary>
    public Snapshot? Load()
    {
        if (!File.Exists(path))
        {
            return null;
        }

        var bytes = File.ReadAllBytes(path);
        var any = false;
        var at = 0;
        while (TryRead(bytes, ref at) is { } record)
        {
            any = true;
            state.Take(record);
        }

        snapshotBytes = at;
        file = Open(FileMode.Open);
        if (file.Length != at)
        {
            file.SetLength(at);
        }

        file.Position = at;
        return any ? state.ToSnapshot() : null;
    }

    /// <summary>Keeps a directive; returns when it is on disk.</summary>
    public async Task KeepAsync(NodeDirective directive, CancellationToken cancellationToken)
    {
        if (!state.Take(directive))
        {
            return;
        }

        if (file is null || directive.Snapshot is not null || file.Position > Math.Max(LeastCompaction, 2 * snapshotBytes))
        {
            await RewriteAsync(cancellationToken);
            return;
        }

        await file.WriteAsync(Frame(directive), cancellationToken);
        file.Flush(flushToDisk: true);
    }

    public void Dispose() => file?.Dispose();

    private async Task RewriteAsync(CancellationToken cancellationToken)
    {
        var fresh = path + ".new";
        var framed = Frame(new NodeDirective { Snapshot = state.ToSnapshot() });
        await using (var stream = new FileStream(fresh, OptionsFor(FileMode.Create)))
        {
            await stream.WriteAsync(framed, cancellationToken);
            stream.Flush(flushToDisk: true);
        }

        if (file is not null)
        {
            await file.DisposeAsync();
        }

        File.Move(fresh, path, overwrite: true);
        DirectorySync.Flush(Path.GetDirectoryName(path)!);
        file = Open(FileMode.Open);
        file.Position = file.Length;
        snapshotBytes = file.Length;
    }

    private FileStream Open(FileMode mode) => new(path, OptionsFor(mode));

    private static FileStreamOptions OptionsFor(FileMode mode)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, Share = FileShare.Read, BufferSize = 0 };
        if (mode != FileMode.Open)
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return options;
    }

    private static byte[] Frame(NodeDirective directive)
    {
        var frame = new byte[HeaderBytes + directive.CalculateSize()];
        directive.WriteTo(frame.AsSpan(HeaderBytes));
        BinaryPrimitives.WriteInt32LittleEndian(frame, frame.Length - HeaderBytes);
        BinaryPrimitives.WriteUInt32LittleEndian(frame.AsSpan(4), Checksum(frame.AsSpan(HeaderBytes)));
        return frame;
    }

    private static uint Checksum(ReadOnlySpan<byte> body)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(body, hash);
        return BinaryPrimitives.ReadUInt32LittleEndian(hash);
    }

    private static NodeDirective? TryRead(byte[] bytes, ref int at)
    {
        if (bytes.Length - at < HeaderBytes)
        {
            return null;
        }

        var length = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(at));
        if (length < 0 || length > bytes.Length - at - HeaderBytes)
        {
            return null;
        }

        var body = bytes.AsSpan(at + HeaderBytes, length);
        if (Checksum(body) != BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at + 4)))
        {
            return null;
        }

        at += HeaderBytes + length;
        return NodeDirective.Parser.ParseFrom(body);
    }
}
