using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;

namespace Grainhouse.HostAgent.Volumes;

/// <summary>Mounts memory (tmpfs) on directories of volumes. Without the right to mount, the directory itself serves.</summary>
internal sealed partial class MemoryMounts(ILogger<MemoryMounts> logger)
{
    private const ulong NoSuid = 2;
    private const ulong NoDevices = 4;

    private bool refused;

    /// <summary>Mounts a tmpfs unless one is there; a size of 0 leaves the kernel's default, half of memory.</summary>
    public async Task MountAsync(string path, long sizeBytes, CancellationToken cancellationToken)
    {
        if (refused || !OperatingSystem.IsLinux() || (await MountedUnderAsync(path, cancellationToken)).Contains(path))
        {
            return;
        }

        var options = sizeBytes > 0 ? $"mode=0755,size={sizeBytes}" : "mode=0755";
        if (Mount("tmpfs", path, "tmpfs", NoSuid | NoDevices, options) != 0)
        {
            refused = true;
            LogRefused(path, Marshal.GetLastPInvokeErrorMessage());
        }
    }

    /// <summary>Unmounts all that is mounted under a directory.</summary>
    public static async Task UnmountAllAsync(string directory, CancellationToken cancellationToken)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        foreach (var path in (await MountedUnderAsync(directory, cancellationToken)).OrderByDescending(path => path.Length))
        {
            if (Unmount(path, DetachLazily) != 0)
            {
                throw new IOException($"Cannot unmount {path}: {Marshal.GetLastPInvokeErrorMessage()}");
            }
        }
    }

    private static async Task<HashSet<string>> MountedUnderAsync(string directory, CancellationToken cancellationToken)
    {
        HashSet<string> result = new(StringComparer.Ordinal);
        foreach (var line in await File.ReadAllLinesAsync("/proc/self/mounts", cancellationToken))
        {
            var fields = line.Split(' ');
            var path = fields[1].Replace("\\040", " ", StringComparison.Ordinal);
            if (path == directory || path.StartsWith(directory + "/", StringComparison.Ordinal))
            {
                result.Add(path);
            }
        }

        return result;
    }

    private const int DetachLazily = 2;

    [LibraryImport("libc", EntryPoint = "mount", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Mount(string source, string target, string type, ulong flags, string data);

    [LibraryImport("libc", EntryPoint = "umount2", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Unmount(string target, int flags);

    [LoggerMessage(3010, LogLevel.Warning, "Cannot mount memory on {Path} ({Error}); secrets and memory volumes are kept in directories instead")]
    private partial void LogRefused(string path, string error);
}
