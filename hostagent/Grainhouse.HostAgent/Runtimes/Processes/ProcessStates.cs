using System.Globalization;

namespace Grainhouse.HostAgent.Runtimes.Processes;

/// <summary>What the files of a container and /proc say about it. Nothing is remembered: any agent sees the same.</summary>
internal sealed class ProcessStates(ProcessLayout layout, ProcessCgroups cgroups)
{
    /// <summary>The exit code of an end that nobody saw, as the kubelet gives it (ContainerStatusUnknown).</summary>
    private const int UnknownExit = 137;

    /// <summary>A container's state; null if there is none.</summary>
    public ContainerState? Read(string id)
    {
        if (!ProcessLayout.IsContainerId(id) || RecordFile.Read(layout.ContainerFile(id), ProcessRecordsContext.Default.ContainerRecord) is not { } record)
        {
            return null;
        }

        var state = new ContainerState { Id = id, Name = record.Name, Attempt = record.Attempt, Image = record.Image, Labels = record.Labels };
        if (TryReadText(layout.StartErrorFile(id)) is { } error)
        {
            return state with { Phase = ContainerPhase.Exited, ExitCode = 127, Error = error, FinishedAt = WrittenAt(layout.StartErrorFile(id)) };
        }

        // The exit is asked for last of all when no process is found, since it may have ended in between.
        return Exited(id, state) ?? Running(id, state, record.BootId) ?? Exited(id, state) ?? NotRunning(id, state, record.BootId);
    }

    /// <summary>Whether it has ended, or does not exist.</summary>
    public bool IsOver(string id) => Read(id) is not { Phase: not ContainerPhase.Exited };

    /// <summary>The workload's process as it was started; null if none was.</summary>
    public ProcessIdentity? Workload(string id) => Processes(id)?.Workload;

    private ContainerState? Exited(string id, ContainerState state) =>
        TryReadText(layout.ExitFile(id)) is { } text && text.EndsWith('\n') && int.TryParse(text, NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var code)
            ? state with
            {
                Phase = ContainerPhase.Exited,
                ExitCode = code,
                StartedAt = WrittenAt(layout.ProcessFile(id)),
                FinishedAt = WrittenAt(layout.ExitFile(id)),
                OutOfMemory = File.Exists(layout.OutOfMemoryFile(id)) || cgroups.IsOutOfMemory(id),
            }
            : null;

    private ContainerState? Running(string id, ContainerState state, string bootId)
    {
        if (bootId != ProcessTable.BootId || Processes(id) is not { } processes)
        {
            return null;
        }

        var running = state with { Phase = ContainerPhase.Running, StartedAt = WrittenAt(layout.ProcessFile(id)), ProcessId = processes.Workload.Id };
        // While the supervisor lives the end is not noted yet, even if the workload is gone.
        return processes.Workload.IsAlive ? running : processes.Supervisor.IsAlive ? running with { ProcessId = 0 } : null;
    }

    /// <summary>Gone without an exit code, or not there yet: the supervisor writes its record a moment after it makes the file.</summary>
    private ContainerState NotRunning(string id, ContainerState state, string bootId) =>
        bootId != ProcessTable.BootId || Processes(id) is not null
            ? state with
            {
                Phase = ContainerPhase.Exited,
                ExitCode = UnknownExit,
                Error = "The process is gone and nobody noted its exit code.",
                StartedAt = WrittenAt(layout.ProcessFile(id)),
                FinishedAt = WrittenAt(layout.ProcessFile(id)),
            }
            : state;

    private (ProcessIdentity Supervisor, ProcessIdentity Workload)? Processes(string id)
    {
        if (TryReadText(layout.ProcessFile(id)) is not { } text || text.Split('\n') is not [var first, var second, ""])
        {
            return null;
        }

        return ProcessTable.TryParse(first, out var supervisor, out _) && ProcessTable.TryParse(second, out var workload, out _)
            ? (supervisor, workload)
            : null;
    }

    private static DateTimeOffset? WrittenAt(string file) => File.Exists(file) ? new DateTimeOffset(File.GetLastWriteTimeUtc(file)) : null;

    private static string? TryReadText(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }
}
