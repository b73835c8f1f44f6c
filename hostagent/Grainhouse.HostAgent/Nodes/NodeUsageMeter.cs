using System.Globalization;
using Grainhouse.Interfaces.Agents;

namespace Grainhouse.HostAgent.Nodes;

/// <summary>Measures what the whole machine uses, from /proc.</summary>
internal sealed class NodeUsageMeter(TimeProvider time)
{
    /// <summary>The kernel counts CPU time in hundredths of a second (USER_HZ).</summary>
    private const double NanosecondsPerTick = 1e7;

    private double lastBusy = -1;
    private long lastAt;

    /// <summary>The use since the last call; zeros on a system without /proc.</summary>
    public Usage Measure()
    {
        if (!OperatingSystem.IsLinux())
        {
            return new Usage();
        }

        var at = time.GetTimestamp();
        var busy = BusyNanoseconds();
        var seconds = time.GetElapsedTime(lastAt, at).TotalSeconds;
        var rate = lastBusy < 0 || seconds <= 0 ? 0 : Math.Max(0, (busy - lastBusy) / seconds);
        (lastBusy, lastAt) = (busy, at);
        return new Usage { CpuNanocores = (ulong)rate, MemoryBytes = UsedMemory() };
    }

    private static double BusyNanoseconds()
    {
        using var reader = new StreamReader("/proc/stat");
        var fields = (reader.ReadLine() ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        double ticks = 0;

        // user nice system idle iowait irq softirq steal: all but idle and iowait.
        for (var index = 1; index < Math.Min(fields.Length, 9); index++)
        {
            ticks += index is 4 or 5 ? 0 : double.Parse(fields[index], CultureInfo.InvariantCulture);
        }

        return ticks * NanosecondsPerTick;
    }

    private static ulong UsedMemory()
    {
        ulong total = 0;
        ulong available = 0;
        foreach (var line in File.ReadLines("/proc/meminfo"))
        {
            if (line.StartsWith("MemTotal:", StringComparison.Ordinal))
            {
                total = Kibibytes(line);
            }
            else if (line.StartsWith("MemAvailable:", StringComparison.Ordinal))
            {
                available = Kibibytes(line);
                break;
            }
        }

        return total > available ? (total - available) * 1024 : 0;
    }

    private static ulong Kibibytes(string line)
    {
        var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return ulong.Parse(fields[1], CultureInfo.InvariantCulture);
    }
}
