using System.Runtime.InteropServices;

namespace Grainhouse.HostAgent.Cluster;

/// <summary>Makes a rename durable: the directory itself has to be flushed.</summary>
internal static partial class DirectorySync
{
    /// <summary>Flushes a directory; nothing on systems where that cannot be done.</summary>
    public static void Flush(string directory)
    {
        if (!OperatingSystem.IsLinux() && !OperatingSystem.IsMacOS())
        {
            return;
        }

        var descriptor = OpenPath(directory, 0);
        if (descriptor >= 0)
        {
            _ = Synchronize(descriptor);
            _ = ClosePath(descriptor);
        }
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenPath(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync")]
    private static partial int Synchronize(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int ClosePath(int descriptor);
}
