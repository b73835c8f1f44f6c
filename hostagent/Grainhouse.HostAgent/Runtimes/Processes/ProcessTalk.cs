using System.Collections.Immutable;
using System.Diagnostics;
using Grainhouse.HostAgent.Runtimes.Hosts;

namespace Grainhouse.HostAgent.Runtimes.Processes;

/// <summary>Processes that are talked to.</summary>
internal sealed class ProcessTalk(ProcessLayout layout, ProcessStates states, ProcessEntry entry, ProcessContainers containers, RunWatch watch)
{
    public ITalkingProcess StartCommand(string id, ImmutableArray<string> command, ProcessStreams streams)
    {
        if (!streams.Terminal)
        {
            return entry.Start(id, command, null) is { } piped ? new PipedCommand(piped, streams) : NotFound(command[0]);
        }

        var workload = states.Read(id)?.ProcessId ?? 0;
        var (user, group) = workload > 0 ? ProcessEntry.OwnerOf(workload) : default;
        var terminal = Terminal.Open(user, group);
        try
        {
            if (entry.Start(id, command, terminal.Path) is { } process)
            {
                return new TerminalCommand(process, terminal);
            }
        }
        catch
        {
            terminal.Dispose();
            throw;
        }

        terminal.Dispose();
        return NotFound(command[0]);
    }

    /// <summary>What a workload says from now on, and its input if it has one.</summary>
    public ITalkingProcess Attach(string id, ProcessStreams streams)
    {
        var record = RecordFile.Read(layout.ContainerFile(id), ProcessRecordsContext.Default.ContainerRecord);
        if (record is null || states.Read(id) is not { Phase: ContainerPhase.Running })
        {
            throw new RuntimeException(RuntimeErrorKind.NotFound, $"Container {id} does not run.");
        }

        OutputTail tail;
        try
        {
            tail = containers.LogOf(id).Tail();
        }
        catch (FileNotFoundException removed)
        {
            throw new RuntimeException(RuntimeErrorKind.NotFound, $"Container {id} was removed.", removed);
        }

        // As in Docker: who leaves a terminal may come back to it.
        var endsInput = record is { StdinOnce: true, Tty: false };
        var input = streams.Stdin && record.Stdin ? InputPipe.Open(layout, id, endsInput) : null;
        return new Attachment(watch, id, tail, input, endsInput, states, streams);
    }

    private static SpokenResult NotFound(string command) =>
        new(new ExecResult(127, $"exec: \"{command}\": executable file not found in $PATH\n", TimedOut: false), isError: true);
}

/// <summary>Ends commands with all that they started.</summary>
internal static class CommandEnd
{
    /// <summary>Kills the session of a command that still runs.</summary>
    public static void Kill(Process process)
    {
        if (!process.HasExited && HostTools.SetSid is not null)
        {
            Posix.Signal(-process.Id, Posix.SigKill);
        }

        process.Kill(entireProcessTree: true);
        process.Dispose();
    }
}
