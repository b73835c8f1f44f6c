using System.ComponentModel;
using System.Net;
using System.Net.Sockets;
using Docker.DotNet;
using Docker.DotNet.Models;
using Grainhouse.HostAgent.Network;

namespace Grainhouse.HostAgent.Runtimes.Docker;

/// <summary>Sandboxes: a container per pod that does nothing but hold the pod's network, IPC and host name.</summary>
internal sealed class DockerSandboxes(
    DockerConnection connection, DockerRuntimeOptions options, PauseImage image, DockerPodNetwork network, string hostAddress, TimeProvider time)
{
    public async Task<SandboxState> EnsureAsync(SandboxSpec spec, CancellationToken cancellationToken)
    {
        var own = spec.HostNetwork ? null : await network.FindAsync(cancellationToken);

        // Ports of the host are the engine's to publish, for endpoints that it made.
        var address = spec.HostPorts.IsEmpty ? own?.Addresses.Reserve($"{spec.Pod.Uid}/{spec.Attempt}") : null;
        var engineNetwork = spec.HostNetwork ? "host" : own is null ? "default" : DockerPodNetwork.Name;
        var id = await CreateOrAdoptAsync(DockerSandboxParameters.Of(options.InstanceScope, spec, engineNetwork, address), cancellationToken);
        await connection.WorkAsync(
            client => client.Containers.StartContainerAsync(id, new ContainerStartParameters(), cancellationToken),
            RuntimeErrorKind.Create,
            cancellationToken);
        var found = await connection.CallAsync(
            client => client.Containers.InspectContainerAsync(id, cancellationToken), RuntimeErrorKind.Unavailable, cancellationToken);
        if (address is not null)
        {
            await LinkAsync(own!.Bridge, found, address, cancellationToken);
        }

        return new SandboxState(
            found.ID,
            DockerLabels.PodOf(found.Config.Labels),
            DockerLabels.AttemptOf(found.Config.Labels),
            found.State.Running,
            AddressOf(found.Config.Labels, found.NetworkSettings?.Networks),
            new DateTimeOffset(found.Created.ToUniversalTime()),
            []);
    }

    /// <summary>Whether a sandbox has the link that the agent makes, or needs none.</summary>
    public static bool IsLinked(string sandboxId, IDictionary<string, string> labels) =>
        !labels.ContainsKey(DockerLabels.Address) || PodLink.IsUp(sandboxId);

    /// <summary>The pod's address: the agent's own, or that among a sandbox's networks, or the host's for pods on its network.</summary>
    public string AddressOf(IDictionary<string, string> labels, IDictionary<string, EndpointSettings>? networks)
    {
        if (DockerLabels.Get(labels, DockerLabels.Address) is { Length: > 0 } linked)
        {
            return linked;
        }

        foreach (var (name, endpoint) in networks ?? new Dictionary<string, EndpointSettings>())
        {
            if (name == "host")
            {
                return hostAddress;
            }

            if (endpoint.IPAddress is { Length: > 0 } address)
            {
                return address;
            }
        }

        return "";
    }

    /// <summary>Removes a sandbox and its containers, all at once: what runs is killed.</summary>
    public async Task RemoveAsync(string sandboxId, string address, CancellationToken cancellationToken)
    {
        var containers = await connection.CallAsync(
            client => client.Containers.ListContainersAsync(
                new ContainersListParameters { All = true, Filters = DockerLabels.Filter((DockerLabels.Agent, options.InstanceScope), (DockerLabels.Sandbox, sandboxId)) },
                cancellationToken),
            RuntimeErrorKind.Unavailable,
            cancellationToken);
        var removals = new List<Task>(containers.Count + 1);
        foreach (var container in containers)
        {
            removals.Add(ForceRemoveAsync(container.ID, cancellationToken));
        }

        removals.Add(ForceRemoveAsync(sandboxId, cancellationToken));
        await Task.WhenAll(removals);
        if (IPAddress.TryParse(address, out var free))
        {
            (await network.FindAsync(cancellationToken))?.Addresses.Release(free);
        }
    }

    /// <summary>Frees the addresses of sandboxes that went while the agent was away.</summary>
    public async Task ReleaseInheritedAsync(IEnumerable<SandboxState> alive, CancellationToken cancellationToken)
    {
        if (await network.FindAsync(cancellationToken) is { } own)
        {
            own.Addresses.ReleaseInheritedExcept(alive.Where(sandbox => sandbox.Address.Length > 0).Select(sandbox => IPAddress.Parse(sandbox.Address)).ToHashSet());
        }
    }

    public async Task ForceRemoveAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            await connection.WorkAsync(client => RemoveAsync(client, id, cancellationToken), RuntimeErrorKind.Unavailable, cancellationToken);
        }
        catch (RuntimeException error) when (error.Kind == RuntimeErrorKind.NotFound)
        {
            return;
        }
    }

    private static async Task<bool> RemoveAsync(IDockerClient client, string id, CancellationToken cancellationToken)
    {
        try
        {
            await client.Containers.RemoveContainerAsync(
                id, new ContainerRemoveParameters { Force = true, RemoveVolumes = true }, cancellationToken);
        }
        catch (DockerApiException error) when (error.StatusCode == HttpStatusCode.Conflict && DockerErrors.MessageOf(error).Contains("already in progress", StringComparison.Ordinal))
        {
            // Someone else removes it: wait for that, so that it is gone when this returns.
            await client.Containers.WaitContainerAsync(id, cancellationToken);
        }

        return true;
    }

    private async Task LinkAsync(PodBridge bridge, ContainerInspectResponse sandbox, IPAddress address, CancellationToken cancellationToken)
    {
        try
        {
            await PodLink.ConnectAsync(bridge, sandbox.ID, (int)sandbox.State.Pid, address, time, cancellationToken);
        }
        catch (Exception failed) when (failed is NotSupportedException or IOException or UnauthorizedAccessException or Win32Exception or SocketException)
        {
            // Without its link the sandbox may be on the host's own network: nothing may join it.
            await ForceRemoveAsync(sandbox.ID, cancellationToken);
            if (failed is NotSupportedException)
            {
                network.GiveUp(failed.Message);
            }
            else
            {
                network.Forget();
            }

            throw new RuntimeException(RuntimeErrorKind.Create, failed.Message, failed);
        }
    }

    private async Task<string> CreateOrAdoptAsync(CreateContainerParameters parameters, CancellationToken cancellationToken)
    {
        try
        {
            return await CreateAsync(parameters, cancellationToken);
        }
        catch (RuntimeException error) when (error.Kind == RuntimeErrorKind.NotFound)
        {
            await image.ImportAsync(cancellationToken);
            return await CreateAsync(parameters, cancellationToken);
        }
    }

    private Task<string> CreateAsync(CreateContainerParameters parameters, CancellationToken cancellationToken) =>
        connection.CallAsync(
            async client =>
            {
                try
                {
                    return (await client.Containers.CreateContainerAsync(parameters, cancellationToken)).ID;
                }
                catch (DockerApiException error) when (error.StatusCode == HttpStatusCode.Conflict)
                {
                    return await AdoptAsync(client, parameters, error, cancellationToken);
                }
            },
            RuntimeErrorKind.Create,
            cancellationToken);

    private static async Task<string> AdoptAsync(
        IDockerClient client, CreateContainerParameters wanted, DockerApiException conflict, CancellationToken cancellationToken)
    {
        var found = await client.Containers.InspectContainerAsync(wanted.Name, cancellationToken);
        if (DockerLabels.Get(found.Config.Labels, DockerLabels.Agent) != wanted.Labels[DockerLabels.Agent]
            || DockerLabels.Get(found.Config.Labels, DockerLabels.PodUid) != wanted.Labels[DockerLabels.PodUid])
        {
            throw DockerErrors.From(conflict, RuntimeErrorKind.Create);
        }

        if (DockerLabels.Get(found.Config.Labels, DockerLabels.Address) == DockerLabels.Get(wanted.Labels, DockerLabels.Address))
        {
            return found.ID;
        }

        // Its address may be another pod's by now.
        await client.Containers.RemoveContainerAsync(found.ID, new ContainerRemoveParameters { Force = true, RemoveVolumes = true }, cancellationToken);
        return (await client.Containers.CreateContainerAsync(wanted, cancellationToken)).ID;
    }
}
