using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Grainhouse.Storage.Backups;

/// <summary>Makes it durable which files a directory has.</summary>
public static partial class DurableDirectory
{
    private const int ReadOnly = 0;

    /// <summary>Flushes a directory, so that a rename in it survives a loss of power. Windows does so by itself.</summary>
    /// <exception cref="IOException">It cannot be flushed.</exception>
    public static void Flush(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        // The runtime opens files only.
        using var directory = new SafeFileHandle(Open(path, ReadOnly), ownsHandle: true);
        if (directory.IsInvalid || Synchronize(directory) != 0)
        {
            throw new IOException($"The directory '{path}' cannot be flushed (error {Marshal.GetLastPInvokeError()}).");
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Synchronize(SafeFileHandle file);
}
