using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Grainhouse.Cli.Hosting;

/// <summary>The process that works on a data directory, seen from another one.</summary>
internal static partial class RunningInstance
{
    private const int Terminate = 15;

    // The drain of a silo is bounded by 10 s; twice that, and it hangs.
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    /// <summary>Tells the process to end and waits for it; null if none runs.</summary>
    public static async Task<int?> StopAsync(string directory, CancellationToken cancellationToken)
    {
        if (IsFree(directory) || InstanceLock.HolderOf(directory) is not { } holder)
        {
            return null;
        }

        using var process = Find(holder);
        if (process is null)
        {
            return null;
        }

        if (SendSignal(holder, Terminate) != 0)
        {
            throw new CliException($"Process {holder} works on {directory}, and this user may not stop it.");
        }

        var until = Stopwatch.StartNew();
        while (!IsFree(directory))
        {
            if (until.Elapsed > Bound)
            {
                process.Kill();
                await process.WaitForExitAsync(cancellationToken);
                return holder;
            }

            await Task.Delay(Interval, cancellationToken);
        }

        return holder;
    }

    // Only the lock tells whether the process still works: its number may long belong to another one.
    private static bool IsFree(string directory)
    {
        using var held = InstanceLock.Probe(directory);
        return held is not null;
    }

    private static Process? Find(int id)
    {
        try
        {
            return Process.GetProcessById(id);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int SendSignal(int process, int signal);
}
