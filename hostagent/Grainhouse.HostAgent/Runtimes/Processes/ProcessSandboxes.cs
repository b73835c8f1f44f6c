using System.Collections.Immutable;

namespace Grainhouse.HostAgent.Runtimes.Processes;

/// <summary>Sandboxes of processes: a directory each. Network and host name are the host's.</summary>
internal sealed class ProcessSandboxes(ProcessLayout layout, ProcessStates states, ProcessContainers containers, string hostAddress, ProcessLog log, TimeProvider time)
{
    public async Task<SandboxState> EnsureAsync(SandboxSpec spec, CancellationToken cancellationToken)
    {
        var id = ProcessLayout.SandboxId(spec.Pod, spec.Attempt);
        if (Read(id) is { } existing)
        {
            return existing with { Containers = [] };
        }

        var record = new SandboxRecord { Pod = spec.Pod, Attempt = spec.Attempt, Hostname = spec.Hostname, CreatedAt = time.GetUtcNow(), Labels = spec.Labels };
        ProcessLayout.CreatePrivate(layout.SandboxDirectory(id));
        await RecordFile.WriteAsync(layout.SandboxFile(id), record, ProcessRecordsContext.Default.SandboxRecord, cancellationToken);
        return StateOf(id, record, []);
    }

    public ImmutableArray<SandboxState> List()
    {
        var list = ImmutableArray.CreateBuilder<SandboxState>();
        foreach (var directory in Directory.EnumerateDirectories(layout.Sandboxes))
        {
            if (Read(Path.GetFileName(directory)) is { } sandbox)
            {
                list.Add(sandbox);
            }
        }

        return list.DrainToImmutable();
    }

    /// <summary>Kills all containers of a sandbox at once, then removes what they left.</summary>
    public async Task RemoveAsync(string id, CancellationToken cancellationToken)
    {
        if (!ProcessLayout.IsSandboxId(id) || !Directory.Exists(layout.SandboxDirectory(id)))
        {
            return;
        }

        await Task.WhenAll(ContainerIds(id).Select(container => containers.RemoveAsync(container, cancellationToken)));
        try
        {
            Directory.Delete(layout.SandboxDirectory(id), recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            return;
        }
        catch (IOException error)
        {
            log.FilesNotRemoved(error, id);
            throw new RuntimeException(RuntimeErrorKind.Unavailable, $"Sandbox {id} could not be removed: {error.Message}", error);
        }
    }

    public IEnumerable<string> ContainerIds(string sandboxId) =>
        Directory.EnumerateDirectories(layout.SandboxDirectory(sandboxId)).Select(directory => Path.GetFileName(directory)).Where(ProcessLayout.IsContainerId);

    private SandboxState? Read(string id)
    {
        if (!ProcessLayout.IsSandboxId(id) || RecordFile.Read(layout.SandboxFile(id), ProcessRecordsContext.Default.SandboxRecord) is not { } record)
        {
            return null;
        }

        var found = ContainerIds(id).Select(states.Read).OfType<ContainerState>();
        return StateOf(id, record, [.. found.OrderBy(state => state.Name, StringComparer.Ordinal).ThenBy(state => state.Attempt)]);
    }

    private SandboxState StateOf(string id, SandboxRecord record, ImmutableArray<ContainerState> found) =>
        new(id, record.Pod, record.Attempt, Running: true, hostAddress, record.CreatedAt, found);
}
