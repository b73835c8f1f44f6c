using System.Buffers.Text;
using System.Collections.Concurrent;
using Grainhouse.HostAgent.Runtimes.Hosts;
using Microsoft.Win32.SafeHandles;

namespace Grainhouse.HostAgent.Runtimes.Processes;

/// <summary>Moves what a workload wrote from its raw file to its log: lines with times, rotated.</summary>
/// <remarks>
/// A line of the log is time, offset, text: the offset of the line's end in the raw file. The last line thus says how far the
/// raw file was read, and a crash between two lines neither loses nor doubles one.
/// </remarks>
internal sealed class ContainerLog(string id, ProcessLayout layout, ProcessRuntimeOptions options, TimeProvider time) : IDisposable
{
    private const int ChunkBytes = 64 * 1024;

    /// <summary>A line without an end is cut here, so that it needs no memory without bound.</summary>
    private const int LineBytes = 1024 * 1024;

    /// <summary>Read raw bytes are given back to the file system in steps of this.</summary>
    private const long ReleaseBytes = 1024 * 1024;

    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly ConcurrentDictionary<OutputTail, bool> _tails = new();
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _read = -1;
    private long _released;
    private long _logBytes;
    private byte[] _buffer = [];

    /// <summary>Completes when there are more lines than there were when it was asked for.</summary>
    public Task Changed => Volatile.Read(ref _changed).Task;

    /// <summary>Up to where the raw file was given back, and reads as zeros.</summary>
    public long Released => Volatile.Read(ref _released);

    /// <summary>Reads the raw output from now on.</summary>
    /// <remarks>
    /// What a slow reader has not had yet is kept for it as long as it is no more than the logs may take; what is older is lost to it.
    /// </remarks>
    public OutputTail Tail()
    {
        var tail = new OutputTail(this, layout.OutputFile(id));
        _tails[tail] = true;
        return tail;
    }

    public void Leave(OutputTail tail) => _tails.TryRemove(tail, out _);

    /// <summary>Moves what is there; with <paramref name="ended"/> also a last line without a newline.</summary>
    public async Task MoveAsync(bool ended, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        var moved = false;
        try
        {
            if (!File.Exists(layout.OutputFile(id)) || !Directory.Exists(layout.ContainerDirectory(id)))
            {
                return;
            }

            if (_read < 0)
            {
                Resume();
            }

            moved = await MoveAsync_NeedsTurnAsync(ended, cancellationToken);
        }
        finally
        {
            _turn.Release();
            if (moved || ended)
            {
                Interlocked.Exchange(ref _changed, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
            }
        }
    }

    /// <summary>Removes the container's files, its output first: what would still be moved into them finds nothing to move.</summary>
    public async Task RemoveAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            File.Delete(layout.OutputFile(id));
            if (Directory.Exists(layout.ContainerDirectory(id)))
            {
                Directory.Delete(layout.ContainerDirectory(id), recursive: true);
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();

    private async Task<bool> MoveAsync_NeedsTurnAsync(bool ended, CancellationToken cancellationToken)
    {
        using var raw = File.OpenHandle(layout.OutputFile(id), FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        if (RandomAccess.GetLength(raw) == _read)
        {
            return false;
        }

        var log = OpenLog();
        var filled = 0;
        var moved = false;
        try
        {
            while (true)
            {
                if (_buffer.Length - filled < ChunkBytes)
                {
                    Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, ChunkBytes * 2));
                }

                var count = await RandomAccess.ReadAsync(raw, _buffer.AsMemory(filled), _read + filled, cancellationToken);
                filled += count;
                var end = count == 0;
                var used = WriteLines(log, _buffer.AsSpan(0, filled), cutLast: filled >= LineBytes || (end && ended));
                moved |= used > 0;
                Buffer.BlockCopy(_buffer, used, _buffer, 0, filled - used);
                filled -= used;
                if (_logBytes > options.LogFileBytes)
                {
                    await log.DisposeAsync();
                    Rotate();
                    log = OpenLog();
                }

                if (end)
                {
                    break;
                }
            }

            await log.FlushAsync(cancellationToken);
        }
        finally
        {
            await log.DisposeAsync();
            _buffer = [];
        }

        Release(raw);
        return moved;
    }

    /// <summary>Writes whole lines; with <paramref name="cutLast"/> what is behind them, too. Returns what it used.</summary>
    private int WriteLines(FileStream log, ReadOnlySpan<byte> text, bool cutLast)
    {
        Span<byte> head = stackalloc byte[Rfc3339.WrittenBytes + 1 + 20 + 1];
        Rfc3339.Write(time.GetUtcNow(), head);
        head[Rfc3339.WrittenBytes] = (byte)' ';
        var used = 0;
        while (used < text.Length)
        {
            var rest = text[used..];
            var length = rest.IndexOf((byte)'\n');
            if (length < 0 && !cutLast)
            {
                break;
            }

            var line = length < 0 ? rest : rest[..length];
            var step = length < 0 ? rest.Length : length + 1;
            used += step;
            _read += step;
            Utf8Formatter.TryFormat(_read, head[(Rfc3339.WrittenBytes + 1)..], out var digits);
            head[Rfc3339.WrittenBytes + 1 + digits] = (byte)' ';
            log.Write(head[..(Rfc3339.WrittenBytes + digits + 2)]);
            log.Write(line);
            log.WriteByte((byte)'\n');
            _logBytes += Rfc3339.WrittenBytes + digits + 3 + line.Length;
        }

        return used;
    }

    private FileStream OpenLog() => new(
        layout.LogFile(id, 0), FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, ChunkBytes);

    private void Rotate()
    {
        for (var age = options.LogFiles - 1; age > 0; age--)
        {
            if (File.Exists(layout.LogFile(id, age - 1)))
            {
                File.Move(layout.LogFile(id, age - 1), layout.LogFile(id, age), overwrite: true);
            }
        }

        if (options.LogFiles <= 1)
        {
            File.Delete(layout.LogFile(id, 0));
        }

        _logBytes = 0;
    }

    /// <summary>Finds out how far an earlier agent came, and cuts off a line that it did not finish.</summary>
    private void Resume()
    {
        _logBytes = 0;
        _read = 0;
        if (File.Exists(layout.LogFile(id, 0)))
        {
            var whole = LogFileReader.WholeLines(layout.LogFile(id, 0), out var last);
            using var file = File.OpenHandle(layout.LogFile(id, 0), FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
            RandomAccess.SetLength(file, whole);
            _logBytes = whole;
            _read = last;
        }

        if (_read == 0 && File.Exists(layout.LogFile(id, 1)))
        {
            LogFileReader.WholeLines(layout.LogFile(id, 1), out _read);
        }
    }

    /// <summary>Gives the space of what was read back: the file stays as long as it is, so that no writer is disturbed.</summary>
    private void Release(SafeFileHandle raw)
    {
        var slowest = _tails.Keys.Select(tail => tail.Position).Append(_read).Min();
        var bound = Math.Max(slowest, _read - (options.LogFileBytes * options.LogFiles));
        if (bound - _released >= ReleaseBytes)
        {
            // Readers are told before it happens: what they read at the same time they do not take for output.
            Volatile.Write(ref _released, bound);
            Posix.PunchHole(raw, 0, bound);
        }
    }
}
