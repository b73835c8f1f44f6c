using System.Buffers.Text;

namespace Grainhouse.HostAgent.Runtimes.Hosts;

/// <summary>Where the kernel counts what a process's cgroup uses. Version 1, version 2 and both at once.</summary>
/// <param name="CpuFile"><c>cpuacct.usage</c> (nanoseconds) or <c>cpu.stat</c> (<c>usage_usec</c>).</param>
/// <param name="MemoryFile"><c>memory.usage_in_bytes</c> or <c>memory.current</c>.</param>
/// <param name="MemoryStatFile">Has what of that is page cache that may go: the working set is the rest, as the kubelet counts it.</param>
internal sealed record CgroupUsage(string CpuFile, string MemoryFile, string MemoryStatFile)
{
    private const string Root = "/sys/fs/cgroup";

    /// <summary>The counters of a process; null if it is gone or its cgroups cannot be read from here.</summary>
    public static CgroupUsage? Of(int processId)
    {
        string[] lines;
        try
        {
            lines = File.ReadAllLines($"/proc/{processId}/cgroup");
        }
        catch (IOException)
        {
            return null;
        }

        string? cpu = null, memory = null, unified = null;
        foreach (var line in lines)
        {
            // hierarchy:controllers:path, and 0::path for version 2.
            var parts = line.Split(':', 3);
            if (parts.Length < 3)
            {
                continue;
            }

            if (parts[1].Length == 0)
            {
                unified = parts[2];
            }
            else if (parts[1].Split(',').Contains("cpuacct", StringComparer.Ordinal))
            {
                cpu = $"{Root}/{(Directory.Exists($"{Root}/cpuacct") ? "cpuacct" : parts[1])}{parts[2]}";
            }
            else if (parts[1] == "memory")
            {
                memory = $"{Root}/memory{parts[2]}";
            }
        }

        var usage = cpu is not null && memory is not null
            ? new CgroupUsage($"{cpu}/cpuacct.usage", $"{memory}/memory.usage_in_bytes", $"{memory}/memory.stat")
            : new CgroupUsage($"{Root}{unified}/cpu.stat", $"{Root}{unified}/memory.current", $"{Root}{unified}/memory.stat");
        return File.Exists(usage.CpuFile) && File.Exists(usage.MemoryFile) ? usage : null;
    }

    /// <summary>CPU time so far and memory now; false if the cgroup is gone.</summary>
    public bool TryRead(out ulong cpuNanoseconds, out ulong memoryBytes)
    {
        cpuNanoseconds = memoryBytes = 0;
        try
        {
            var version1 = CpuFile.EndsWith("cpuacct.usage", StringComparison.Ordinal);
            var cpu = File.ReadAllBytes(CpuFile);
            cpuNanoseconds = version1 ? Number(cpu) : Field(cpu, "usage_usec"u8) * 1000;
            var used = Number(File.ReadAllBytes(MemoryFile));
            var cache = Field(File.ReadAllBytes(MemoryStatFile), version1 ? "total_inactive_file"u8 : "inactive_file"u8);
            memoryBytes = used > cache ? used - cache : 0;
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static ulong Number(ReadOnlySpan<byte> text) => Utf8Parser.TryParse(text, out ulong value, out _) ? value : 0;

    private static ulong Field(ReadOnlySpan<byte> text, ReadOnlySpan<byte> name)
    {
        while (!text.IsEmpty)
        {
            var end = text.IndexOf((byte)'\n');
            var line = end < 0 ? text : text[..end];
            if (line.Length > name.Length && line[name.Length] == ' ' && line.StartsWith(name))
            {
                return Number(line[(name.Length + 1)..]);
            }

            text = end < 0 ? [] : text[(end + 1)..];
        }

        return 0;
    }
}
