using System.Collections.Immutable;
using System.ComponentModel;
using System.Diagnostics;

namespace Grainhouse.HostAgent.Runtimes.Processes;

/// <summary>Starts a container's supervisor, which starts the workload.</summary>
internal sealed class ProcessLauncher(ProcessLayout layout, ProcessCgroups cgroups)
{
    /// <summary>Starts it; the workload's process exists a moment later.</summary>
    /// <returns>Why the command cannot run; null if it was started.</returns>
    public string? Start(string id, SandboxRecord sandbox, ContainerSpec spec)
    {
        var command = spec.Command.AddRange(spec.Args);
        if (command.IsEmpty)
        {
            throw new RuntimeException(RuntimeErrorKind.Create, $"Container '{spec.Name}' has no command, and a process has no image to take one from.");
        }

        var environment = Environment(id, sandbox, spec);
        var directory = spec.WorkingDirectory is { } wanted ? Path.Combine(layout.WorkDirectory(id), wanted) : layout.WorkDirectory(id);
        var mounts = MountPlan.Of(spec, layout.ContainerDirectory(id), directory);
        Check(spec, directory, mounts);
        CheckTerminal(spec);
        // With mounts the command may be in a volume, which only the workload sees.
        if (mounts.IsEmpty && HostTools.Find(command[0], environment["PATH"], directory) is null)
        {
            return command[0].Contains('/')
                ? $"exec: \"{command[0]}\": stat {command[0]}: no such file or directory, or it may not be executed"
                : $"exec: \"{command[0]}\": executable file not found in $PATH";
        }

        if (spec.Stdin || spec.Tty)
        {
            InputPipe.Create(layout, id);
        }

        var script = new SupervisorScript(layout, id, spec, cgroups.Create(id, spec), mounts).Build(environment.GetValueOrDefault("SHELL"));
        Launch(script, command, environment, Directory.Exists(directory) ? directory : layout.WorkDirectory(id));
        return null;
    }

    private static void Check(ContainerSpec spec, string directory, MountPlan mounts)
    {
        if (mounts.IsEmpty && !Directory.Exists(directory))
        {
            throw new RuntimeException(RuntimeErrorKind.Create, $"Container '{spec.Name}': the working directory '{directory}' does not exist.");
        }

        if ((spec.Security.RunAsUser is not null || spec.Security.RunAsGroup is not null) && (HostTools.SetPriv is null || !System.Environment.IsPrivilegedProcess))
        {
            throw new RuntimeException(
                RuntimeErrorKind.Create, $"Container '{spec.Name}' asks for another user: that needs an agent that runs as root, and setpriv on the host.");
        }
    }

    private static void CheckTerminal(ContainerSpec spec)
    {
        if (spec.Tty && (HostTools.TerminalHost is null || HostTools.TerminalSettings is null || HostTools.ChangeOwner is null))
        {
            throw new RuntimeException(
                RuntimeErrorKind.Create, $"Container '{spec.Name}' asks for a terminal: a process gets one only where the host has script, stty and chown.");
        }
    }

    private static void Launch(string script, ImmutableArray<string> command, Dictionary<string, string> environment, string directory)
    {
        ImmutableArray<string> session = HostTools.SetSid is { } setSid ? [setSid] : [];
        ImmutableArray<string> program = [.. session, .. HostTools.NoSignalIgnored, HostTools.Shell, "-c", script, "grainhouse", .. command];
        var start = new ProcessStartInfo(program[0], program[1..])
        {
            WorkingDirectory = directory,
            // Pipes that are closed at once: a child that shares the agent's terminal would change its settings.
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Clear();
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        try
        {
            using var process = Process.Start(start);
            process?.StandardInput.Dispose();
            process?.StandardOutput.Dispose();
            process?.StandardError.Dispose();
        }
        catch (Win32Exception error)
        {
            throw new RuntimeException(RuntimeErrorKind.Create, $"The supervisor could not start: {error.Message}", error);
        }
    }

    private Dictionary<string, string> Environment(string id, SandboxRecord sandbox, ContainerSpec spec)
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["PATH"] = HostTools.WorkloadPath,
            ["DOTNET_ROOT"] = HostTools.DotnetRoot,
            ["HOME"] = layout.WorkDirectory(id),
            ["HOSTNAME"] = sandbox.Hostname,
        };
        if (spec.TerminationMessageHostPath is { } messages)
        {
            environment["GRAINHOUSE_TERMINATION_MESSAGE_PATH"] = messages;
        }

        if (spec.Tty)
        {
            environment["TERM"] = "xterm";
        }

        foreach (var (name, value) in spec.Environment)
        {
            environment[name] = value;
        }

        return environment;
    }
}
