using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Grainhouse.HostAgent.Network;

/// <summary>The network namespace of a process (network_namespaces(7)).</summary>
internal static partial class NetworkNamespace
{
    private const int CloneNewNet = 0x40000000;

    /// <summary>What tells this process's own namespace from others.</summary>
    public static string Own => IdentityOf("/proc/self/ns/net") ?? throw new IOException("/proc is not mounted.");

    /// <summary>What tells a process's namespace from others; null if there is no such process.</summary>
    public static string? Of(int processId) => IdentityOf(PathOf(processId));

    /// <summary>Does work inside a process's namespace, on a thread of its own that ends with it: a thread that came back to the pool there would take others' work with it.</summary>
    public static Task RunInAsync(int processId, Action work)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() =>
        {
            try
            {
                Enter(processId);
                work();
                done.SetResult();
            }
            catch (Exception failed) when (failed is IOException or Win32Exception or UnauthorizedAccessException or System.Net.Sockets.SocketException)
            {
                done.SetException(failed);
            }
        })
        {
            IsBackground = true,
            Name = "network namespace",
        };
        thread.Start();
        return done.Task;
    }

    private static void Enter(int processId)
    {
        // Shared for writing too, or else .NET asks for a lock, which these files do not have.
        using var space = File.OpenHandle(PathOf(processId), share: FileShare.ReadWrite);
        if (SetNamespaceCore(space, CloneNewNet) != 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError(), $"The network namespace of process {processId} cannot be entered");
        }
    }

    private static string PathOf(int processId) => $"/proc/{processId}/ns/net";

    private static string? IdentityOf(string path) => new FileInfo(path).LinkTarget;

    [LibraryImport("libc", EntryPoint = "setns", SetLastError = true)]
    private static partial int SetNamespaceCore(SafeFileHandle space, int type);
}
