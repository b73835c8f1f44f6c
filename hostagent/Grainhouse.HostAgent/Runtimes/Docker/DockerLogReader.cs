using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Docker.DotNet.Models;
using Grainhouse.HostAgent.Runtimes.Hosts;

namespace Grainhouse.HostAgent.Runtimes.Docker;

/// <summary>Reads logs through the Engine API, with the engine's time stamps.</summary>
internal sealed class DockerLogReader(DockerConnection connection)
{
    /// <summary>A frame's header: stream, three zero bytes, length.</summary>
    private const int HeaderBytes = 8;

    public async IAsyncEnumerable<LogLine> ReadAsync(string containerId, LogQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var found = await connection.CallAsync(
            client => client.Containers.InspectContainerAsync(containerId, cancellationToken), RuntimeErrorKind.Unavailable, cancellationToken);
        if (query.TailLines == 0 && !query.Follow)
        {
            yield break;
        }

        var parameters = new ContainerLogsParameters
        {
            ShowStdout = true,
            ShowStderr = true,
            Timestamps = true,
            Follow = query.Follow,
            Tail = query.TailLines is { } lines ? lines.ToString() : "all",
            Since = query.Since is { } since ? UnixSeconds(since) : null,
        };
#pragma warning disable CS0618 // The raw stream: a frame is one record of the log, and the demultiplexed stream hides where frames end.
        using var stream = await connection.CallAsync(
            client => client.Containers.GetContainerLogsAsync(containerId, parameters, cancellationToken), RuntimeErrorKind.Unavailable, cancellationToken);
#pragma warning restore CS0618
        using var closing = cancellationToken.Register(stream.Dispose);
        var reader = PipeReader.Create(stream);
        var lines1 = new DockerLogLines();
        var lines2 = new DockerLogLines();
        var ready = new Queue<LogLine>();
        while (true)
        {
            var read = await ReadAsync(reader, cancellationToken);
            var buffer = read.Buffer;
            if (found.Config.Tty)
            {
                TakeLines(ref buffer, read.IsCompleted, lines1, ready);
            }
            else
            {
                TakeFrames(ref buffer, lines1, lines2, ready);
            }

            reader.AdvanceTo(buffer.Start, buffer.End);
            while (ready.TryDequeue(out var line))
            {
                if (query.Since is null || line.Time >= query.Since)
                {
                    yield return line;
                }
            }

            if (read.IsCompleted)
            {
                break;
            }
        }

        foreach (var rest in new[] { lines1.Rest(), lines2.Rest() })
        {
            if (rest is not null)
            {
                yield return rest;
            }
        }
    }

    private static async ValueTask<ReadResult> ReadAsync(PipeReader reader, CancellationToken cancellationToken)
    {
        try
        {
            return await reader.ReadAsync(cancellationToken);
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException or OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw DockerErrors.Unreachable(error);
        }
    }

    private static void TakeFrames(ref ReadOnlySequence<byte> buffer, DockerLogLines output, DockerLogLines errors, Queue<LogLine> ready)
    {
        Span<byte> header = stackalloc byte[HeaderBytes];
        while (buffer.Length >= HeaderBytes)
        {
            buffer.Slice(0, HeaderBytes).CopyTo(header);
            var length = BinaryPrimitives.ReadUInt32BigEndian(header[4..]);
            if (buffer.Length < HeaderBytes + length)
            {
                return;
            }

            var record = buffer.Slice(HeaderBytes, length);
            (header[0] == 2 ? errors : output).Add(record.IsSingleSegment ? record.FirstSpan : record.ToArray(), ready);
            buffer = buffer.Slice(HeaderBytes + length);
        }
    }

    /// <summary>A terminal's log is not framed: every line has its time.</summary>
    private static void TakeLines(ref ReadOnlySequence<byte> buffer, bool completed, DockerLogLines lines, Queue<LogLine> ready)
    {
        while (buffer.PositionOf((byte)'\n') is { } end)
        {
            var next = buffer.GetPosition(1, end);
            lines.Add(buffer.Slice(0, next).ToArray(), ready);
            buffer = buffer.Slice(next);
        }

        if (completed && !buffer.IsEmpty)
        {
            lines.Add(buffer.ToArray(), ready);
            buffer = buffer.Slice(buffer.End);
        }
    }

    private static string UnixSeconds(DateTimeOffset time)
    {
        var ticks = time.UtcTicks - DateTimeOffset.UnixEpoch.Ticks;
        return $"{ticks / TimeSpan.TicksPerSecond}.{ticks % TimeSpan.TicksPerSecond * 100:D9}";
    }
}
