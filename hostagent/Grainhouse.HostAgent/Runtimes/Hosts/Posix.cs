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

    [LibraryImport("libc", EntryPoint = "fallocate", SetLastError = true)]
    private static partial int FallocateCore(SafeFileHandle file, int mode, long offset, long length);

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int KillCore(int processId, int signal);
}
