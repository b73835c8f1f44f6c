namespace Grainhouse.Cluster.Tests;

/// <summary>What else the machine does: figures mean little without it.</summary>
internal static class Machine
{
    /// <summary>The load of the last minute, as text.</summary>
    public static string LoadAverage => File.ReadAllText("/proc/loadavg").Split(' ')[0];
}
