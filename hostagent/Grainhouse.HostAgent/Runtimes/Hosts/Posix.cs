using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Grainhouse.HostAgent.Runtimes.Hosts;

/// <summary>The few system calls that .NET does not offer.</summary>
internal static partial class Posix
{
    public const int SigTerm = 15;
    public const int SigKill = 9;

    /// <summary>Sends a signal; a negative id means a process group. False if there is nobody to get it.</summary>
    public static bool Signal(int processId, int signal) => KillCore(processId, signal) == 0;

    /// <summary>Frees the blocks of a range of a file whose length stays; where a file system cannot, nothing happens.</summary>
    public static void PunchHole(SafeFileHandle file, long offset, long length)
    {
        const int KeepSizeAndPunchHole = 1 | 2;
        _ = FallocateCore(file, KeepSizeAndPunchHole, offset, length);
    }

    /// <summary>Makes a named pipe that all may open who can reach it; one that is there stays.</summary>
    public static void MakePipe(string path)
    {
        const int FileExists = 17;
        const UnixFileMode Everybody =
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;
        if (MakePipeCore(path, (uint)Everybody) != 0 && Marshal.GetLastPInvokeError() is not FileExists and var error)
        {
            throw new IOException($"No pipe can be made at '{path}': {Marshal.GetPInvokeErrorMessage(error)}");
        }

        // The process's umask had a say in its mode.
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, Everybody);
        }
    }

    /// <summary>Opens a named pipe to write to it; null if there is none, or nobody reads from it.</summary>
    public static SafePipeHandle? OpenPipe(string path)
    {
        const int WriteOnlyNonBlockingCloseOnExec = 1 | 0x800 | 0x80000;
        var handle = OpenPipeCore(path, WriteOnlyNonBlockingCloseOnExec);
        if (!handle.IsInvalid)
        {
            return handle;
        }

        handle.Dispose();
        return null;
    }

    [LibraryImport("libc", EntryPoint = "mkfifo", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MakePipeCore(string path, uint mode);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial SafePipeHandle OpenPipeCore(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fallocate", SetLastError = true)]
    private static partial int FallocateCore(SafeFileHandle file, int mode, long offset, long length);

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int KillCore(int processId, int signal);
}
