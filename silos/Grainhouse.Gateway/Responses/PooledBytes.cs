using System.Buffers;
using System.IO.Pipelines;

namespace Grainhouse.Gateway.Responses;

/// <summary>Bytes whose number is known only when all are there, in rented pieces. Not safe to share.</summary>
internal sealed class PooledBytes : IDisposable
{
    private const int PieceSize = 128 * 1024;
    private readonly List<byte[]> pieces = [];
    private int filled = PieceSize;

    /// <summary>How many there are.</summary>
    public long Length { get; private set; }

    /// <summary>Appends bytes.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        Length += bytes.Length;
        while (!bytes.IsEmpty)
        {
            if (filled == PieceSize)
            {
                pieces.Add(ArrayPool<byte>.Shared.Rent(PieceSize));
                filled = 0;
            }

            var count = Math.Min(bytes.Length, PieceSize - filled);
            bytes[..count].CopyTo(pieces[^1].AsSpan(filled));
            filled += count;
            bytes = bytes[count..];
        }
    }

    /// <summary>Sends them, no faster than the reader takes them.</summary>
    public async Task CopyToAsync(PipeWriter output, CancellationToken cancellationToken)
    {
        for (var index = 0; index < pieces.Count; index++)
        {
            await output.WriteAsync(pieces[index].AsMemory(0, index == pieces.Count - 1 ? filled : PieceSize), cancellationToken);
        }
    }

    /// <summary>Gives the pieces back.</summary>
    public void Dispose()
    {
        foreach (var piece in pieces)
        {
            ArrayPool<byte>.Shared.Return(piece);
        }

        pieces.Clear();
    }
}
