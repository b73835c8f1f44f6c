using System.Buffers;
using Grainhouse.HostAgent.Runtimes.Hosts;

namespace Grainhouse.HostAgent.Runtimes.Docker;

/// <summary>Joins the records of one stream to lines: the engine splits lines over 16 KiB, each piece with a time of its own.</summary>
internal sealed class DockerLogLines
{
    private readonly ArrayBufferWriter<byte> _pending = new();
    private DateTimeOffset _time;
    private bool _open;

    public void Add(ReadOnlySpan<byte> record, Queue<LogLine> ready)
    {
        if (Rfc3339.TryRead(record, out var time, out var consumed) && consumed < record.Length && record[consumed] == ' ')
        {
            record = record[(consumed + 1)..];
        }
        else
        {
            time = _time;
        }

        if (!_open)
        {
            _time = time;
        }

        if (record.IsEmpty || record[^1] != '\n')
        {
            _pending.Write(record);
            _open = true;
            return;
        }

        record = record[..^1];
        if (_open)
        {
            _pending.Write(record);
            ready.Enqueue(Take());
        }
        else
        {
            ready.Enqueue(new LogLine(_time, record.ToArray()));
        }
    }

    /// <summary>A last line without a newline; null if there is none.</summary>
    public LogLine? Rest() => _open ? Take() : null;

    private LogLine Take()
    {
        var line = new LogLine(_time, _pending.WrittenSpan.ToArray());
        _pending.ResetWrittenCount();
        _open = false;
        return line;
    }
}
