using System.Net;
using Docker.DotNet;
using Docker.DotNet.Models;
using Grainhouse.HostAgent.Network;

namespace Grainhouse.HostAgent.Runtimes.Docker;

/// <summary>The network that pods are on: a bridge that the engine made, so that it keeps the firewall open for it.</summary>
/// <remarks>
/// The engine makes a network namespace by running itself twice more, at most of a sandbox's cost. Where the agent may change the
/// host's network, it links sandboxes with the bridge itself, and the engine is told of no network at all (ADR 12). Where it may not
/// (no root, an engine in another machine or namespace), sandboxes are on the engine's default network.
/// </remarks>
internal sealed class DockerPodNetwork(DockerConnection connection, DockerRuntimeOptions options, DockerLog log) : IDisposable
{
    public const string Name = "grainhouse";
    private const string Link = "grainhouse0";
    private const string LinkOption = "com.docker.network.bridge.name";

    // A subnet with fewer addresses cannot be halved between the engine and the agents.
    private const int LongestPrefix = 28;

    private readonly SemaphoreSlim finding = new(1, 1);
    private PodNetwork? found;
    private bool isUnfit;

    /// <summary>The network; null where the agent cannot use one of its own.</summary>
    public async ValueTask<PodNetwork?> FindAsync(CancellationToken cancellationToken)
    {
        if (isUnfit || found is not null)
        {
            return found;
        }

        await finding.WaitAsync(cancellationToken);
        try
        {
            if (!isUnfit && found is null)
            {
                found = await OpenAsync(cancellationToken);
            }

            return found;
        }
        finally
        {
            finding.Release();
        }
    }

    /// <summary>Looks again at the next sandbox: the bridge may have been removed.</summary>
    public void Forget() => found = null;

    /// <summary>Uses the engine's default network from now on.</summary>
    public void GiveUp(string reason)
    {
        if (!isUnfit)
        {
            isUnfit = true;
            log.NoPodNetwork(reason);
        }

        found = null;
    }

    public void Dispose() => finding.Dispose();

    private async Task<PodNetwork?> OpenAsync(CancellationToken cancellationToken)
    {
        if (!OperatingSystem.IsLinux() || options.Endpoint.Scheme != "unix" || !Environment.IsPrivilegedProcess)
        {
            GiveUp("the agent is not root beside its engine");
            return null;
        }

        var info = await connection.CallAsync(client => client.System.GetSystemInfoAsync(cancellationToken), RuntimeErrorKind.Unavailable, cancellationToken);
        if (info.SecurityOptions?.Any(option => option.Contains("name=userns", StringComparison.Ordinal) || option.Contains("name=rootless", StringComparison.Ordinal)) == true)
        {
            GiveUp("the engine runs containers in user namespaces");
            return null;
        }

        var network = await connection.CallAsync(client => EnsureAsync(client, cancellationToken), RuntimeErrorKind.Create, cancellationToken);
        if (BridgeOf(network) is not { } bridge)
        {
            GiveUp($"the engine's network {Name} has no IPv4 bridge {Link} on this host");
            return null;
        }

        try
        {
            return new PodNetwork(bridge, new PodAddresses(bridge, options.NetworkDirectory, options.InstanceScope));
        }
        catch (Exception refused) when (refused is UnauthorizedAccessException or IOException)
        {
            GiveUp(refused.Message);
            return null;
        }
    }

    private static async Task<NetworkResponse> EnsureAsync(IDockerClient client, CancellationToken cancellationToken)
    {
        try
        {
            return await client.Networks.InspectNetworkAsync(Name, cancellationToken);
        }
        catch (DockerApiException missing) when (missing.StatusCode == HttpStatusCode.NotFound)
        {
            return await CreateAsync(client, cancellationToken);
        }
    }

    private static async Task<NetworkResponse> CreateAsync(IDockerClient client, CancellationToken cancellationToken)
    {
        try
        {
            await client.Networks.CreateNetworkAsync(
                new NetworksCreateParameters
                {
                    Name = Name,
                    Driver = "bridge",
                    CheckDuplicate = true,
                    Options = new Dictionary<string, string>(StringComparer.Ordinal) { [LinkOption] = Link },
                },
                cancellationToken);
        }
        catch (DockerApiException) when (RouteSocket.IndexOf(Link) != 0)
        {
            // Another agent of this host was faster.
        }

        return await client.Networks.InspectNetworkAsync(Name, cancellationToken);
    }

    private static PodBridge? BridgeOf(NetworkResponse network)
    {
        foreach (var range in network.IPAM?.Config ?? [])
        {
            if (IPNetwork.TryParse(range.Subnet, out var subnet)
                && subnet.BaseAddress.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork
                && subnet.PrefixLength <= LongestPrefix
                && IPAddress.TryParse(range.Gateway?.Split('/')[0], out var gateway)
                && network.Options.TryGetValue(LinkOption, out var link)
                && RouteSocket.IndexOf(link) != 0)
            {
                return new PodBridge(network.ID, link, subnet, gateway);
            }
        }

        return null;
    }
}

/// <summary>The bridge and who has which address on it.</summary>
internal sealed record PodNetwork(PodBridge Bridge, PodAddresses Addresses);
