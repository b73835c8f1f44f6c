using System.Buffers;
using System.Globalization;
using System.Text;
using Grainhouse.HostAgent.Runtimes;

namespace Grainhouse.HostAgent.Cluster;

/// <summary>Writes log lines as kubelet sends them.</summary>
internal static class LogLineFormat
{
    /// <summary>Writes a line with its newline, and before it the time in Go's RFC3339Nano if asked for.</summary>
    public static void Write(LogLine line, bool timestamps, ArrayBufferWriter<byte> output)
    {
        if (timestamps)
        {
            Encoding.UTF8.GetBytes(Timestamp(line.Time), output);
            output.Write(" "u8);
        }

        output.Write(line.Text.Span);
        output.Write("\n"u8);
    }

    /// <summary>RFC3339Nano: the fraction without its trailing zeros, and without its dot where it is zero.</summary>
    public static string Timestamp(DateTimeOffset time)
    {
        var utc = time.UtcDateTime;
        return utc.Ticks % TimeSpan.TicksPerSecond == 0
            ? utc.ToString("yyyy-MM-ddTHH:mm:ss'Z'", CultureInfo.InvariantCulture)
            : utc.ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);
    }
}
