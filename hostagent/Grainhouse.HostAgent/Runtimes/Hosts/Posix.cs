using System.Runtime.InteropServices;

namespace Grainhouse.HostAgent.Runtimes.Hosts;

/// <summary>The few system calls that .NET does not offer.</summary>
internal static partial class Posix
{
    public const int SigTerm = 15;
    public const int SigKill = 9;

    /// <summary>Sends a signal; a negative id means a process group. False if there is nobody to get it.</summary>
    public static bool Signal(int processId, int signal) => KillCore(processId, signal) == 0;

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int KillCore(int processId, int signal);
}
