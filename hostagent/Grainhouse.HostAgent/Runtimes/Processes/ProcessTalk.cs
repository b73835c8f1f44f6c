using System.Collections.Immutable;
using System.Diagnostics;
using System.Text;
using Grainhouse.HostAgent.Runtimes.Hosts;

namespace Grainhouse.HostAgent.Runtimes.Processes;

/// <summary>Processes that are talked to.</summary>
internal sealed class ProcessTalk(ProcessStates states, ProcessEntry entry, ProcessLogReader logs)
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

    /// <summary>What a workload says from now on, as it enters its log; it has no input and no terminal.</summary>
    public ITalkingProcess Attach(string id) => states.Read(id) is { Phase: ContainerPhase.Running }
        ? new Overheard(logs, id)
        : throw new RuntimeException(RuntimeErrorKind.NotFound, $"Container {id} does not run.");

    private static SpokenResult NotFound(string command) =>
        new(new ExecResult(127, $"exec: \"{command}\": executable file not found in $PATH\n", TimedOut: false), isError: true);

    private sealed class Overheard(ProcessLogReader logs, string id) : ITalkingProcess
    {
        public async Task<int> ListenAsync(ProcessOutput output, CancellationToken cancellationToken)
        {
            await foreach (var line in logs.ReadAsync(id, new LogQuery { Follow = true, TailLines = 0 }, cancellationToken))
            {
                await output(false, Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(line.Text.Span) + "\n"), cancellationToken);
            }

            return 0;
        }

        public ValueTask WriteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken) => ValueTask.CompletedTask;

        public ValueTask EndInputAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

        public Task ResizeAsync(int width, int height, CancellationToken cancellationToken) => Task.CompletedTask;

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
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
