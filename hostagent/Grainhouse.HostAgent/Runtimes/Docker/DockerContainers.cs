using System.Collections.Concurrent;
using System.Net;
using Docker.DotNet;
using Docker.DotNet.Models;

namespace Grainhouse.HostAgent.Runtimes.Docker;

/// <summary>Containers: start, stop, inspect, remove.</summary>
internal sealed class DockerContainers(DockerConnection connection, DockerRuntimeOptions options, DockerPods pods)
{
    private readonly ConcurrentDictionary<string, ContainerState> _seen = new(StringComparer.Ordinal);

    public async Task<ContainerState> StartAsync(string sandboxId, ContainerSpec spec, CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(spec.Image))
        {
            throw new RuntimeException(RuntimeErrorKind.Create, $"Container '{spec.Name}' has no image, and the Docker runtime needs one.");
        }

        var pod = await pods.FindAsync(sandboxId, cancellationToken);
        var (id, adopted) = await CreateOrAdoptAsync(DockerContainerParameters.Of(options, pod, sandboxId, spec), cancellationToken);
        if (adopted is not null && adopted.StartedAt is not null)
        {
            return adopted;
        }

        await StartAsync(id, cancellationToken);
        return await InspectAsync(id, cancellationToken)
            ?? throw new RuntimeException(RuntimeErrorKind.NotFound, $"Container '{spec.Name}' was removed while it started.");
    }

    public async Task<ContainerState?> InspectAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            var state = DockerStates.Of(await connection.CallAsync(
                client => client.Containers.InspectContainerAsync(id, cancellationToken), RuntimeErrorKind.Unavailable, cancellationToken));
            return _seen[state.Id] = state;
        }
        catch (RuntimeException error) when (error.Kind == RuntimeErrorKind.NotFound)
        {
            return null;
        }
    }

    /// <summary>The state when it was last inspected, if the engine's list shows that it has not moved on since; a container runs once.</summary>
    public ContainerState? Recall(string id, string listed) =>
        _seen.TryGetValue(id, out var state)
        && ((state.Phase == ContainerPhase.Running && listed == "running") || (state.Phase == ContainerPhase.Exited && listed == "exited"))
            ? state
            : null;

    /// <summary>Forgets what was seen of containers that are gone.</summary>
    public void Keep(HashSet<string> ids)
    {
        foreach (var id in _seen.Keys)
        {
            if (!ids.Contains(id))
            {
                _seen.TryRemove(id, out _);
            }
        }
    }

    public async Task<ContainerState> StopAsync(string id, TimeSpan gracePeriod, CancellationToken cancellationToken)
    {
        if (gracePeriod <= TimeSpan.Zero)
        {
            await KillAsync(id, cancellationToken);
        }
        else
        {
            // The engine counts whole seconds; a grace that was asked for is not cut to nothing.
            var parameters = new ContainerStopParameters { WaitBeforeKillSeconds = (uint)Math.Ceiling(gracePeriod.TotalSeconds) };
            await connection.CallAsync(
                client => client.Containers.StopContainerAsync(id, parameters, cancellationToken), RuntimeErrorKind.Unavailable, cancellationToken);
        }

        return await InspectAsync(id, cancellationToken)
            ?? throw new RuntimeException(RuntimeErrorKind.NotFound, $"Container {id} was removed while it stopped.");
    }

    /// <summary>Kills at once and waits for the end; a container that does not run is left as it is.</summary>
    private Task<bool> KillAsync(string id, CancellationToken cancellationToken) => connection.CallAsync(
        async client =>
        {
            try
            {
                await client.Containers.KillContainerAsync(id, new ContainerKillParameters { Signal = "KILL" }, cancellationToken);
            }
            catch (DockerApiException error) when (error.StatusCode == HttpStatusCode.Conflict)
            {
                return false;
            }

            await client.Containers.WaitContainerAsync(id, cancellationToken);
            return true;
        },
        RuntimeErrorKind.Unavailable,
        cancellationToken);

    private async Task StartAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            await connection.WorkAsync(
                client => client.Containers.StartContainerAsync(id, new ContainerStartParameters(), cancellationToken),
                RuntimeErrorKind.Start,
                cancellationToken);
        }
        catch (RuntimeException error) when (error.Kind == RuntimeErrorKind.Start && DockerErrors.IsSandboxGone(error.Message))
        {
            throw new RuntimeException(RuntimeErrorKind.NotFound, error.Message, error);
        }
        catch (RuntimeException error) when (error.Kind == RuntimeErrorKind.NotFound && !DockerErrors.IsSandboxGone(error.Message))
        {
            // Engines answer 404 for a command that is not in the image, too.
            throw new RuntimeException(RuntimeErrorKind.Start, error.Message, error);
        }
    }

    private Task<(string Id, ContainerState? Adopted)> CreateOrAdoptAsync(CreateContainerParameters parameters, CancellationToken cancellationToken) =>
        connection.CallAsync(
            async client =>
            {
                try
                {
                    return ((await client.Containers.CreateContainerAsync(parameters, cancellationToken)).ID, (ContainerState?)null);
                }
                catch (DockerApiException error) when (error.StatusCode == HttpStatusCode.NotFound)
                {
                    throw DockerErrors.IsSandboxGone(DockerErrors.MessageOf(error))
                        ? DockerErrors.From(error, RuntimeErrorKind.NotFound)
                        : new RuntimeException(RuntimeErrorKind.ImageNotFound, DockerErrors.MessageOf(error), error);
                }
                catch (DockerApiException error) when (error.StatusCode == HttpStatusCode.Conflict)
                {
                    return await AdoptAsync(client, parameters, error, cancellationToken);
                }
            },
            RuntimeErrorKind.Create,
            cancellationToken);

    private static async Task<(string Id, ContainerState? Adopted)> AdoptAsync(
        IDockerClient client, CreateContainerParameters wanted, DockerApiException conflict, CancellationToken cancellationToken)
    {
        var found = await client.Containers.InspectContainerAsync(wanted.Name, cancellationToken);
        var labels = found.Config.Labels;
        if (DockerLabels.Get(labels, DockerLabels.Agent) != wanted.Labels[DockerLabels.Agent])
        {
            throw DockerErrors.From(conflict, RuntimeErrorKind.Create);
        }

        if (DockerLabels.Get(labels, DockerLabels.Sandbox) == wanted.Labels[DockerLabels.Sandbox])
        {
            return (found.ID, DockerStates.Of(found));
        }

        // Left from an earlier sandbox of the pod, whose network is gone.
        await client.Containers.RemoveContainerAsync(found.ID, new ContainerRemoveParameters { Force = true, RemoveVolumes = true }, cancellationToken);
        return ((await client.Containers.CreateContainerAsync(wanted, cancellationToken)).ID, null);
    }
}
