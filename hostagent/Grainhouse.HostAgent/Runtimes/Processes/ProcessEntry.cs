using System.Collections.Immutable;
using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Grainhouse.HostAgent.Runtimes.Processes;

/// <summary>Starts commands beside a running workload: with its environment, directory, mounts, limits and user, in a session of their own.</summary>
internal sealed class ProcessEntry(ProcessStates states, ProcessCgroups cgroups)
{
    /// <summary>Starts a command; null if it does not exist.</summary>
    /// <param name="id">The container.</param>
    /// <param name="command">The command.</param>
    /// <param name="terminal">The path of the terminal that it gets; null for pipes.</param>
    /// <exception cref="RuntimeException">The container does not run.</exception>
    public Process? Start(string id, ImmutableArray<string> command, string? terminal)
    {
        if (states.Read(id) is not { Phase: ContainerPhase.Running, ProcessId: > 0 } state)
        {
            throw new RuntimeException(RuntimeErrorKind.NotFound, $"Container {id} does not run.");
        }

        var workload = state.ProcessId;
        var environment = EnvironmentOf(workload);
        var start = new ProcessStartInfo { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        var enter = HasOwnMounts(workload) ? HostTools.NsEnter : null;
        if (enter is null)
        {
            start.WorkingDirectory = DirectoryOf(workload);
            if (HostTools.Find(command[0], environment.GetValueOrDefault("PATH", HostTools.DefaultPath), start.WorkingDirectory) is null)
            {
                return null;
            }
        }

        ImmutableArray<string> program = [.. HostTools.NoSignalIgnored, HostTools.Shell, "-c", Script(id, workload, enter, terminal), "grainhouse", .. command];
        start.FileName = program[0];
        foreach (var argument in program[1..])
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment.Clear();
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        if (terminal is not null)
        {
            start.Environment.TryAdd("TERM", "xterm");
        }

        return Start(start);
    }

    /// <summary>The user and group of a container's process.</summary>
    public static (uint User, uint Group) OwnerOf(int workload) => (Effective(workload, "Uid:"), Effective(workload, "Gid:"));

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start) ?? throw new RuntimeException(RuntimeErrorKind.Start, $"{start.FileName} did not start.");
        }
        catch (Win32Exception error)
        {
            throw new RuntimeException(RuntimeErrorKind.Start, error.Message, error);
        }
    }

    // The command keeps the shell's process id: nothing here forks.
    private string Script(string id, int workload, string? enter, string? terminal)
    {
        var script = new StringBuilder();
        foreach (var cgroup in cgroups.Directories(id))
        {
            script.Append($"echo 0 2>/dev/null >{SupervisorScript.Quote(Path.Combine(cgroup, "cgroup.procs"))}\n");
        }

        if (terminal is not null)
        {
            script.Append($"exec <>{SupervisorScript.Quote(terminal)} >&0 2>&0\n");
        }

        script.Append("exec ");
        if (HostTools.SetSid is { } setSid)
        {
            script.Append($"{SupervisorScript.Quote(setSid)} {(terminal is null ? "" : "-c ")}");
        }

        if (enter is not null)
        {
            script.Append($"{SupervisorScript.Quote(enter)} -t {workload} -m -r -w -- ");
        }

        var (user, group) = OwnerOf(workload);
        if (HostTools.SetPriv is { } setPriv && (user, group) != OwnerOf(Environment.ProcessId))
        {
            script.Append($"{SupervisorScript.Quote(setPriv)} --reuid={user} --regid={group} --clear-groups -- ");
        }

        return script.Append("\"$@\"\n").ToString();
    }

    /// <summary>Whether it has a mount namespace of its own.</summary>
    private static bool HasOwnMounts(int workload) =>
        new FileInfo($"/proc/{workload}/ns/mnt").LinkTarget != new FileInfo("/proc/self/ns/mnt").LinkTarget;

    private static string DirectoryOf(int workload) => new DirectoryInfo($"/proc/{workload}/cwd").LinkTarget ?? "/";

    // proc(5): real, effective, saved and file system id.
    private static uint Effective(int workload, string name)
    {
        try
        {
            var line = File.ReadLines($"/proc/{workload}/status").First(line => line.StartsWith(name, StringComparison.Ordinal));
            return uint.Parse(line[name.Length..].Split('\t', StringSplitOptions.RemoveEmptyEntries)[1], NumberStyles.None, CultureInfo.InvariantCulture);
        }
        catch (IOException error)
        {
            throw Ended(error);
        }
    }

    /// <summary>The environment that the workload was started with: it is kept nowhere else.</summary>
    private static Dictionary<string, string> EnvironmentOf(int workload)
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal);
        try
        {
            foreach (var variable in File.ReadAllText($"/proc/{workload}/environ").Split('\0', StringSplitOptions.RemoveEmptyEntries))
            {
                var end = variable.IndexOf('=');
                if (end > 0)
                {
                    environment[variable[..end]] = variable[(end + 1)..];
                }
            }
        }
        catch (IOException error)
        {
            throw Ended(error);
        }

        return environment;
    }

    private static RuntimeException Ended(IOException error) => new(RuntimeErrorKind.NotFound, $"The workload ended: {error.Message}", error);
}
