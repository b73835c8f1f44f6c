using System.Collections.Concurrent;
using Grainhouse.HostAgent.Runtimes.Hosts;

namespace Grainhouse.HostAgent.Runtimes.Processes;

/// <summary>Containers that are processes: start, stop, end, remove.</summary>
internal sealed class ProcessContainers(
    ProcessLayout layout, ProcessRuntimeOptions options, ProcessStates states, ProcessCgroups cgroups, ProcessLauncher launcher, RunWatch watch, ProcessLog log, TimeProvider time)
    : IDisposable
{
    /// <summary>How long the kernel and the supervisor may take to start or to end a process on a busy host.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<string, SemaphoreSlim> _turns = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, ContainerLog> _logs = new(StringComparer.Ordinal);

    public ContainerLog LogOf(string id) => _logs.GetOrAdd(id, _ => new ContainerLog(id, layout, options, time));

    public async Task<ContainerState> StartAsync(string sandboxId, ContainerSpec spec, CancellationToken cancellationToken)
    {
        var sandbox = ProcessLayout.IsSandboxId(sandboxId) ? RecordFile.Read(layout.SandboxFile(sandboxId), ProcessRecordsContext.Default.SandboxRecord) : null;
        if (sandbox is null)
        {
            throw new RuntimeException(RuntimeErrorKind.NotFound, $"There is no sandbox {sandboxId}.");
        }

        var id = ProcessLayout.ContainerId(sandboxId, spec);
        var turn = _turns.GetOrAdd(id, _ => new SemaphoreSlim(1, 1));
        await turn.WaitAsync(cancellationToken);
        try
        {
            var found = states.Read(id);
            if (found is null or { Phase: ContainerPhase.Created })
            {
                found = await LaunchAsync(id, sandbox, spec, cancellationToken);
            }

            return found.StartedAt is null && found.Error.Length > 0 ? throw new RuntimeException(RuntimeErrorKind.Start, found.Error) : found;
        }
        finally
        {
            turn.Release();
        }
    }

    public async Task<ContainerState> StopAsync(string id, TimeSpan gracePeriod, CancellationToken cancellationToken)
    {
        if (states.Read(id) is null)
        {
            throw NotFound(id);
        }

        if (!states.IsOver(id))
        {
            var asked = gracePeriod > TimeSpan.Zero && Signal(id, Posix.SigTerm);
            if (!asked || !await watch.WaitAsync(id, () => states.IsOver(id), gracePeriod, time, cancellationToken))
            {
                await KillAsync(id, cancellationToken);
            }
        }

        await EndAsync(id, cancellationToken);
        return states.Read(id) ?? throw NotFound(id);
    }

    /// <summary>Kills a container with all that it started.</summary>
    public async Task KillAsync(string id, CancellationToken cancellationToken)
    {
        foreach (var process in cgroups.Processes(id))
        {
            Posix.Signal(process, Posix.SigKill);
        }

        Signal(id, Posix.SigKill);
        if (!await watch.WaitAsync(id, () => states.IsOver(id), Patience, time, cancellationToken))
        {
            throw new RuntimeException(RuntimeErrorKind.Unavailable, $"Container {id} was killed, and its process did not end.");
        }
    }

    /// <summary>What follows an end: nothing of the container runs on, and its last words are in its log. Safe to repeat.</summary>
    public async Task EndAsync(string id, CancellationToken cancellationToken)
    {
        if (cgroups.IsOutOfMemory(id))
        {
            await File.WriteAllBytesAsync(layout.OutOfMemoryFile(id), [], cancellationToken);
        }

        Signal(id, Posix.SigKill);
        InputPipe.EndHolder(layout, id);
        await cgroups.RemoveAsync(id, cancellationToken);
        await LogOf(id).MoveAsync(ended: true, cancellationToken);
    }

    /// <summary>Removes a container with its files; what runs is killed.</summary>
    public async Task RemoveAsync(string id, CancellationToken cancellationToken)
    {
        if (states.Read(id) is { } state)
        {
            if (state.Phase == ContainerPhase.Running)
            {
                await KillAsync(id, cancellationToken);
            }

            Signal(id, Posix.SigKill);
            InputPipe.EndHolder(layout, id);
        }

        if (!ProcessLayout.IsContainerId(id))
        {
            return;
        }

        if (!await cgroups.RemoveAsync(id, cancellationToken))
        {
            throw new RuntimeException(RuntimeErrorKind.Unavailable, $"Processes of container {id} were killed and are still there.");
        }

        await LogOf(id).RemoveAsync(cancellationToken);
        _logs.TryRemove(id, out _);
        _turns.TryRemove(id, out _);

        // Last, so that until here a crash leaves a container that is seen to have ended.
        File.Delete(layout.ProcessFile(id));
        File.Delete(layout.ExitFile(id));
    }

    /// <summary>Carries out what the watch saw.</summary>
    public async Task FollowAsync(CancellationToken cancellationToken)
    {
        await foreach (var (id, ended) in watch.Work.ReadAllAsync(cancellationToken))
        {
            try
            {
                if (ended)
                {
                    await EndAsync(id, cancellationToken);
                }
                else
                {
                    watch.Reading(id);
                    await LogOf(id).MoveAsync(ended: false, cancellationToken);
                }
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                log.OutputNotMoved(error, id);
            }
        }
    }

    public void Dispose()
    {
        foreach (var turn in _turns.Values)
        {
            turn.Dispose();
        }
    }

    private async Task<ContainerState> LaunchAsync(string id, SandboxRecord sandbox, ContainerSpec spec, CancellationToken cancellationToken)
    {
        var directory = layout.ContainerDirectory(id);
        ProcessLayout.CreatePrivate(directory);
        ProcessLayout.CreatePrivate(layout.WorkDirectory(id));
        var record = new ContainerRecord
        {
            Name = spec.Name,
            Attempt = spec.Attempt,
            Image = spec.Image ?? "",
            BootId = ProcessTable.BootId,
            Stdin = spec.Stdin,
            StdinOnce = spec.StdinOnce,
            Tty = spec.Tty,
            Labels = spec.Labels,
        };
        string? error;
        try
        {
            await RecordFile.WriteAsync(layout.ContainerFile(id), record, ProcessRecordsContext.Default.ContainerRecord, cancellationToken);
            error = launcher.Start(id, sandbox, spec);
        }
        catch (RuntimeException)
        {
            // Refused before anything ran: no trace stays.
            Directory.Delete(directory, recursive: true);
            throw;
        }

        if (error is not null)
        {
            await File.WriteAllTextAsync(layout.StartErrorFile(id), error, cancellationToken);
        }
        else if (!await watch.WaitAsync(id, () => states.Read(id) is { Phase: not ContainerPhase.Created }, Patience, time, cancellationToken))
        {
            throw new RuntimeException(RuntimeErrorKind.Start, $"The supervisor of container '{spec.Name}' did not start its process.");
        }

        return states.Read(id) ?? throw NotFound(id);
    }

    /// <summary>Signals the container's session: its first process and those that stayed in its group.</summary>
    private bool Signal(string id, int signal)
    {
        if (states.Workload(id) is not { } workload)
        {
            return false;
        }

        // A group outlives its leader, and while it does the kernel gives the leader's id to nobody. If somebody has it, the group is gone.
        var leaderGone = !ProcessTable.TryRead(workload.Id, out var now, out _);
        if (!leaderGone && now != workload)
        {
            return false;
        }

        // Between its start and its session it has no group yet.
        return (HostTools.SetSid is not null && Posix.Signal(-workload.Id, signal)) || (!leaderGone && Posix.Signal(workload.Id, signal));
    }

    private static RuntimeException NotFound(string id) => new(RuntimeErrorKind.NotFound, $"There is no container {id}.");
}
