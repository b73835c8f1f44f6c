using System.Globalization;

namespace Grainhouse.HostAgent.Runtimes.Processes;

/// <summary>A process that cannot be mistaken for a later one with the same id.</summary>
/// <param name="Id">The process id.</param>
/// <param name="StartTicks">When it started, in the kernel's ticks since boot.</param>
internal readonly record struct ProcessIdentity(int Id, ulong StartTicks)
{
    /// <summary>Whether it is there and not a zombie.</summary>
    public bool IsAlive => ProcessTable.TryRead(Id, out var now, out var state) && now == this && state is not ('Z' or 'X');
}

/// <summary>Reads /proc.</summary>
internal static class ProcessTable
{
    private static readonly Lazy<string> Boot = new(() => File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim());

    public static string BootId => Boot.Value;

    /// <summary>Reads who has this process id now.</summary>
    public static bool TryRead(int id, out ProcessIdentity identity, out char state)
    {
        try
        {
            return TryParse(File.ReadAllText($"/proc/{id}/stat"), out identity, out state);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            identity = default;
            state = default;
            return false;
        }
    }

    /// <summary>The path of a process's controlling terminal; null if it has none.</summary>
    public static string? TerminalOf(int id)
    {
        const int PseudoTerminals = 136;
        try
        {
            // proc(5): field 7 is the terminal, behind the name that may hold anything.
            var stat = File.ReadAllText($"/proc/{id}/stat");
            var device = int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[4], CultureInfo.InvariantCulture);
            return ((device >> 8) & 0xfff) == PseudoTerminals ? $"/dev/pts/{(device & 0xff) | ((device >> 12) & 0xfff00)}" : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Reads a line of /proc/PID/stat. The second field is a name in parentheses that may hold anything.</summary>
    public static bool TryParse(ReadOnlySpan<char> stat, out ProcessIdentity identity, out char state)
    {
        identity = default;
        state = default;
        var name = stat.IndexOf(' ');
        var rest = stat.LastIndexOf(')') + 2;
        if (name <= 0 || rest <= 2 || rest >= stat.Length || !int.TryParse(stat[..name], NumberStyles.None, CultureInfo.InvariantCulture, out var id))
        {
            return false;
        }

        // proc(5): the state is field 3, the start time field 22.
        var field = 3;
        foreach (var range in stat[rest..].Split(' '))
        {
            var value = stat[rest..][range];
            if (field == 3)
            {
                state = value.IsEmpty ? default : value[0];
            }
            else if (field == 22)
            {
                identity = new ProcessIdentity(id, ulong.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var ticks) ? ticks : 0);
                return identity.StartTicks > 0;
            }

            field++;
        }

        return false;
    }
}
