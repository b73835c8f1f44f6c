using System.Buffers.Text;
using System.Globalization;

namespace Grainhouse.HostAgent.Runtimes.Hosts;

/// <summary>Times as logs and engines write them: RFC 3339 with up to nine digits of a second.</summary>
internal static class Rfc3339
{
    /// <summary>The length of what <see cref="Write"/> writes.</summary>
    public const int WrittenBytes = 30;

    /// <summary>Reads a time at the start of a line; <paramref name="consumed"/> is its length.</summary>
    public static bool TryRead(ReadOnlySpan<byte> text, out DateTimeOffset time, out int consumed)
    {
        time = default;
        consumed = 0;
        if (text.Length < 20 || text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' || text[16] != ':'
            || !Number(text[..4], out var year) || !Number(text.Slice(5, 2), out var month) || !Number(text.Slice(8, 2), out var day)
            || !Number(text.Slice(11, 2), out var hour) || !Number(text.Slice(14, 2), out var minute) || !Number(text.Slice(17, 2), out var second)
            || year is 0 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month) || hour > 23 || minute > 59 || second > 59)
        {
            return false;
        }

        var at = 19;
        var ticks = ReadFraction(text, ref at);
        if (!TryReadOffset(text, ref at, out var offset))
        {
            return false;
        }

        time = new DateTimeOffset(new DateTime(year, month, day, hour, minute, second, DateTimeKind.Unspecified).AddTicks(ticks), TimeSpan.Zero) - offset;
        consumed = at;
        return true;
    }

    /// <summary>Reads a time that an engine gave; null for none (the year 1) and for what is not a time.</summary>
    public static DateTimeOffset? ReadOrNull(string? text) =>
        text is not null
        && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
        && time.Year > 1 ? time : null;

    /// <summary>Writes a time in UTC with nine digits of a second.</summary>
    public static void Write(DateTimeOffset time, Span<byte> destination)
    {
        Utf8Formatter.TryFormat(time.UtcDateTime, destination, out _, new System.Buffers.StandardFormat('O'));
        // 'O' ends in seven digits and Z.
        destination[27] = (byte)'0';
        destination[28] = (byte)'0';
        destination[29] = (byte)'Z';
    }

    private static long ReadFraction(ReadOnlySpan<byte> text, ref int at)
    {
        if (at >= text.Length || text[at] != '.')
        {
            return 0;
        }

        at++;
        long ticks = 0;
        var scale = TimeSpan.TicksPerSecond;
        while (at < text.Length && text[at] is >= (byte)'0' and <= (byte)'9')
        {
            scale /= 10;
            ticks += (text[at++] - '0') * scale;
        }

        return ticks;
    }

    private static bool TryReadOffset(ReadOnlySpan<byte> text, ref int at, out TimeSpan offset)
    {
        offset = default;
        if (at < text.Length && text[at] == 'Z')
        {
            at++;
            return true;
        }

        if (at + 6 > text.Length || text[at] is not ((byte)'+' or (byte)'-')
            || !Number(text.Slice(at + 1, 2), out var hours) || !Number(text.Slice(at + 4, 2), out var minutes))
        {
            return false;
        }

        offset = new TimeSpan(hours, minutes, 0);
        offset = text[at] == '-' ? -offset : offset;
        at += 6;
        return true;
    }

    private static bool Number(ReadOnlySpan<byte> digits, out int value)
    {
        value = 0;
        foreach (var digit in digits)
        {
            if (digit is < (byte)'0' or > (byte)'9')
            {
                return false;
            }

            value = (value * 10) + (digit - '0');
        }

        return true;
    }
}
