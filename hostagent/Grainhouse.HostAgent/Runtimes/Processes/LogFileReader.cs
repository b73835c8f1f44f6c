using System.Buffers.Text;
using Grainhouse.HostAgent.Runtimes.Hosts;

namespace Grainhouse.HostAgent.Runtimes.Processes;

/// <summary>A line of a log file and where it ended in the raw output.</summary>
internal readonly record struct StoredLine(long Offset, LogLine Line);

/// <summary>Reads log files as <see cref="ContainerLog"/> writes them.</summary>
internal static class LogFileReader
{
    /// <summary>Reads the lines of a container that are behind an offset, oldest first.</summary>
    public static IEnumerable<StoredLine> Read(ProcessLayout layout, string id, int files, long after)
    {
        // All are opened first, oldest last: a rotation in between moves them, but loses none.
        var open = new List<FileStream>();
        try
        {
            for (var age = 0; age < files; age++)
            {
                if (TryOpen(layout.LogFile(id, age)) is { } file)
                {
                    open.Add(file);
                }
            }

            for (var index = open.Count - 1; index >= 0; index--)
            {
                foreach (var line in Read(open[index]))
                {
                    if (line.Offset > after)
                    {
                        after = line.Offset;
                        yield return line;
                    }
                }
            }
        }
        finally
        {
            foreach (var file in open)
            {
                file.Dispose();
            }
        }
    }

    /// <summary>The length of a file's whole lines, and the offset that the last of them has; 0 if there is none.</summary>
    public static long WholeLines(string path, out long lastOffset)
    {
        lastOffset = 0;
        using var file = TryOpen(path);
        if (file is null)
        {
            return 0;
        }

        foreach (var line in Read(file))
        {
            lastOffset = line.Offset;
        }

        return EndOfLastLine(file);
    }

    private static long EndOfLastLine(FileStream file)
    {
        var buffer = new byte[4096];
        var end = file.Length;
        while (end > 0)
        {
            var start = Math.Max(0, end - buffer.Length);
            file.Position = start;
            var count = file.ReadAtLeast(buffer.AsSpan(0, (int)(end - start)), (int)(end - start), throwOnEndOfStream: false);
            var newline = buffer.AsSpan(0, count).LastIndexOf((byte)'\n');
            if (newline >= 0)
            {
                return start + newline + 1;
            }

            end = start;
        }

        return 0;
    }

    private static IEnumerable<StoredLine> Read(FileStream file)
    {
        var buffer = new byte[64 * 1024];
        var filled = 0;
        while (true)
        {
            if (filled == buffer.Length)
            {
                Array.Resize(ref buffer, buffer.Length * 2);
            }

            var count = file.Read(buffer, filled, buffer.Length - filled);
            if (count == 0)
            {
                yield break;
            }

            filled += count;
            var used = 0;
            while (Array.IndexOf(buffer, (byte)'\n', used, filled - used) is var end and >= 0)
            {
                if (Parse(buffer.AsSpan(used, end - used)) is { } line)
                {
                    yield return line;
                }

                used = end + 1;
            }

            Buffer.BlockCopy(buffer, used, buffer, 0, filled - used);
            filled -= used;
        }
    }

    private static StoredLine? Parse(ReadOnlySpan<byte> line)
    {
        if (!Rfc3339.TryRead(line, out var time, out var consumed) || consumed >= line.Length
            || !Utf8Parser.TryParse(line[(consumed + 1)..], out long offset, out var digits) || consumed + 1 + digits >= line.Length)
        {
            return null;
        }

        return new StoredLine(offset, new LogLine(time, line[(consumed + digits + 2)..].ToArray()));
    }

    private static FileStream? TryOpen(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }
}
