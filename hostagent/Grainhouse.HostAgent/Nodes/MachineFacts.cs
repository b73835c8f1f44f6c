using System.Runtime.InteropServices;

namespace Grainhouse.HostAgent.Nodes;

/// <summary>What the machine has, read once.</summary>
/// <param name="CpuMillis">CPU in millicores.</param>
/// <param name="MemoryBytes">Memory.</param>
/// <param name="StorageBytes">The size of the disk that pods' files are on.</param>
/// <param name="OsImage">The distribution's name.</param>
/// <param name="Kernel">The kernel's version.</param>
/// <param name="MachineId">/etc/machine-id; empty where there is none.</param>
/// <param name="BootId">Changes with each boot; empty where it is unknown.</param>
internal sealed record MachineFacts(long CpuMillis, long MemoryBytes, long StorageBytes, string OsImage, string Kernel, string MachineId, string BootId)
{
    /// <summary>The architecture in Go's words.</summary>
    public static string Architecture => RuntimeInformation.OSArchitecture switch
    {
        System.Runtime.InteropServices.Architecture.X64 => "amd64",
        System.Runtime.InteropServices.Architecture.Arm64 => "arm64",
        System.Runtime.InteropServices.Architecture.X86 => "386",
        System.Runtime.InteropServices.Architecture.Arm => "arm",
        var other => other.ToString().ToLowerInvariant(),
    };

    /// <summary>The operating system in Go's words.</summary>
    public static string OperatingSystemName => OperatingSystem.IsWindows() ? "windows" : OperatingSystem.IsMacOS() ? "darwin" : "linux";

    /// <summary>Reads the machine.</summary>
    /// <param name="directory">On the disk that counts.</param>
    public static MachineFacts Read(string directory) => new(
        Environment.ProcessorCount * 1000L,
        Memory(),
        Storage(directory),
        OsName(),
        FirstLine("/proc/sys/kernel/osrelease") is { Length: > 0 } kernel ? kernel : Environment.OSVersion.VersionString,
        FirstLine("/etc/machine-id"),
        FirstLine("/proc/sys/kernel/random/boot_id"));

    private static long Memory()
    {
        foreach (var line in Lines("/proc/meminfo"))
        {
            if (line.StartsWith("MemTotal:", StringComparison.Ordinal)
                && long.TryParse(line.AsSpan(9).Trim().TrimEnd("kB").Trim(), out var kibibytes))
            {
                return kibibytes * 1024;
            }
        }

        return GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
    }

    private static long Storage(string directory)
    {
        try
        {
            return new DriveInfo(Path.GetFullPath(directory)).TotalSize;
        }
        catch (Exception error) when (error is IOException or ArgumentException or UnauthorizedAccessException)
        {
            return 0;
        }
    }

    private static string OsName()
    {
        foreach (var line in Lines("/etc/os-release"))
        {
            if (line.StartsWith("PRETTY_NAME=", StringComparison.Ordinal))
            {
                return line["PRETTY_NAME=".Length..].Trim('"');
            }
        }

        return RuntimeInformation.OSDescription;
    }

    private static string FirstLine(string path) => Lines(path).FirstOrDefault() ?? "";

    private static string[] Lines(string path)
    {
        try
        {
            return File.Exists(path) ? File.ReadAllLines(path) : [];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
