using System.Net;
using Docker.DotNet;
using Docker.DotNet.Models;

namespace Grainhouse.HostAgent.Runtimes.Docker;

/// <summary>Sandboxes: a container per pod that does nothing but hold the pod's network, IPC and host name.</summary>
internal sealed class DockerSandboxes(DockerConnection connection, DockerRuntimeOptions options, PauseImage image, string hostAddress)
{
    public async Task<SandboxState> EnsureAsync(SandboxSpec spec, CancellationToken cancellationToken)
    {
        var id = await CreateOrAdoptAsync(spec, cancellationToken);
        await connection.WorkAsync(
            client => client.Containers.StartContainerAsync(id, new ContainerStartParameters(), cancellationToken),
            RuntimeErrorKind.Create,
            cancellationToken);
        var found = await connection.CallAsync(
            client => client.Containers.InspectContainerAsync(id, cancellationToken), RuntimeErrorKind.Unavailable, cancellationToken);
        return new SandboxState(
            found.ID,
            DockerLabels.PodOf(found.Config.Labels),
            DockerLabels.AttemptOf(found.Config.Labels),
            found.State.Running,
            AddressOf(found.NetworkSettings?.Networks),
            new DateTimeOffset(found.Created.ToUniversalTime()),
            []);
    }

    /// <summary>The pod's address among a sandbox's networks; the host's for pods on its network.</summary>
    public string AddressOf(IDictionary<string, EndpointSettings>? networks)
    {
        foreach (var (name, network) in networks ?? new Dictionary<string, EndpointSettings>())
        {
            if (name == "host")
            {
                return hostAddress;
            }

            if (network.IPAddress is { Length: > 0 } address)
            {
                return address;
            }
        }

        return "";
    }

    /// <summary>Removes a sandbox and its containers, all at once: what runs is killed.</summary>
    public async Task RemoveAsync(string sandboxId, CancellationToken cancellationToken)
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

    private async Task<string> CreateOrAdoptAsync(SandboxSpec spec, CancellationToken cancellationToken)
    {
        var parameters = Parameters(spec);
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
        return DockerLabels.Get(found.Config.Labels, DockerLabels.Agent) == wanted.Labels[DockerLabels.Agent]
            && DockerLabels.Get(found.Config.Labels, DockerLabels.PodUid) == wanted.Labels[DockerLabels.PodUid]
            ? found.ID
            : throw DockerErrors.From(conflict, RuntimeErrorKind.Create);
    }

    private CreateContainerParameters Parameters(SandboxSpec spec)
    {
        var ports = spec.HostNetwork ? [] : spec.HostPorts;
        return new CreateContainerParameters
        {
            Name = DockerNames.OfSandbox(spec),
            Image = PauseImage.Name,
            Entrypoint = ["/pause"],
            StopSignal = "SIGKILL",
            Hostname = spec.HostNetwork ? null : spec.Hostname,
            Labels = DockerLabels.ForSandbox(options.InstanceScope, spec),
            ExposedPorts = ports.Select(DockerNames.OfPort).Distinct(StringComparer.Ordinal).ToDictionary(port => port, _ => default(EmptyStruct), StringComparer.Ordinal),
            HostConfig = new HostConfig
            {
                NetworkMode = spec.HostNetwork ? "host" : "default",
                IpcMode = "shareable",
                LogConfig = new LogConfig { Type = "none" },
                PortBindings = ports.GroupBy(DockerNames.OfPort, StringComparer.Ordinal).ToDictionary(
                    port => port.Key,
                    IList<PortBinding> (port) => [.. port.Select(host => new PortBinding { HostIP = host.HostAddress, HostPort = host.Port.ToString() })],
                    StringComparer.Ordinal),
                ExtraHosts = [.. spec.HostAliases.SelectMany(alias => alias.Hostnames, (alias, name) => $"{name}:{alias.Address}")],
                // The least weight. No negative OOM score, which engines without CAP_SYS_RESOURCE cannot give.
                CPUShares = 2,
            },
        };
    }
}
