using System.Collections.Immutable;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Grainhouse.HostAgent.Runtimes.Processes;

/// <summary>Programs of the host that the driver uses, and how commands are looked up.</summary>
internal static class HostTools
{
    /// <summary>The search path of workloads that bring none.</summary>
    public const string DefaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    /// <summary>The default path, and behind it the agent's own directory, so that workloads can run <c>grainhouse</c> itself.</summary>
    public static string WorkloadPath { get; } = $"{DefaultPath}:{AppContext.BaseDirectory.TrimEnd('/')}";

    /// <summary>Where the .NET runtime of this process lies: <c>grainhouse</c> finds it there although it is not installed system-wide.</summary>
    public static string DotnetRoot { get; } = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));

    public const string Shell = "/bin/sh";

    private static readonly Lazy<ImmutableArray<string>> SignalReset = new(FindSignalReset);

    /// <summary>Starts a session; null on a host without it.</summary>
    public static string? SetSid { get; } = Find("setsid", DefaultPath, "/");

    public static string? Unshare { get; } = Find("unshare", DefaultPath, "/");

    public static string? Mount { get; } = Find("mount", DefaultPath, "/");

    public static string? ChangeRoot { get; } = Find("chroot", DefaultPath, "/");

    public static string? NsEnter { get; } = Find("nsenter", DefaultPath, "/");

    public static string? SetPriv { get; } = Find("setpriv", DefaultPath, "/");

    /// <summary>Gives a command a terminal and outlives the agent; null on a host without it.</summary>
    public static string? TerminalHost { get; } = Find("script", DefaultPath, "/");

    public static string? TerminalSettings { get; } = Find("stty", DefaultPath, "/");

    public static string? ChangeOwner { get; } = Find("chown", DefaultPath, "/");

    public static string Sleep { get; } = Find("sleep", DefaultPath, "/") ?? "sleep";

    /// <summary>What a command is put behind so that it ignores no signal; nothing on a host whose env(1) cannot do it.</summary>
    /// <remarks>.NET ignores SIGPIPE, and what a shell starts in its background ignores Ctrl-C: a process hands that on to its children.</remarks>
    public static ImmutableArray<string> NoSignalIgnored => SignalReset.Value;

    /// <summary>Finds a command as execvp does; null if there is none that may be run.</summary>
    public static string? Find(string command, string path, string workingDirectory)
    {
        if (command.Contains('/'))
        {
            var file = Path.Combine(workingDirectory, command);
            return IsExecutable(file) ? file : null;
        }

        foreach (var directory in path.Split(':'))
        {
            var file = Path.Combine(workingDirectory, directory, command);
            if (IsExecutable(file))
            {
                return file;
            }
        }

        return null;
    }

    // GNU's env, from 8.31 on; busybox's has no such option.
    private static ImmutableArray<string> FindSignalReset()
    {
        if (Find("env", DefaultPath, "/") is not { } env)
        {
            return [];
        }

        using var trial = Process.Start(new ProcessStartInfo(env, ["--default-signal", Shell, "-c", ":"]) { RedirectStandardError = true });
        trial?.WaitForExit();
        return trial?.ExitCode == 0 ? [env, "--default-signal"] : [];
    }

    private static bool IsExecutable(string file) =>
        !OperatingSystem.IsWindows()
        && File.Exists(file)
        && (File.GetUnixFileMode(file) & (UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute)) != 0;
}
