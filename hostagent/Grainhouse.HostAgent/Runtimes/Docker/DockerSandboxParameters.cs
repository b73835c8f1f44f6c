using System.Net;
using Docker.DotNet.Models;
using Grainhouse.HostAgent.Runtimes.Hosts;

namespace Grainhouse.HostAgent.Runtimes.Docker;

/// <summary>What the engine is asked for, from a sandbox's spec.</summary>
internal static class DockerSandboxParameters
{
    /// <summary>A sandbox on the network that is named; with an address, on none: the agent links it.</summary>
    public static CreateContainerParameters Of(string scope, SandboxSpec spec, string network, IPAddress? address)
    {
        var ports = spec.HostNetwork ? [] : spec.HostPorts;
        return new CreateContainerParameters
        {
            Name = DockerNames.OfSandbox(spec),
            Image = PauseImage.Name,
            Entrypoint = ["/pause"],
            StopSignal = "SIGKILL",
            Hostname = spec.HostNetwork ? null : spec.Hostname,
            Labels = DockerLabels.ForSandbox(scope, spec, address),
            ExposedPorts = ports.Select(DockerNames.OfPort).Distinct(StringComparer.Ordinal).ToDictionary(port => port, _ => default(EmptyStruct), StringComparer.Ordinal),
            HostConfig = new HostConfig
            {
                NetworkMode = address is null ? network : "host",
                IpcMode = "shareable",
                LogConfig = new LogConfig { Type = "none" },
                PortBindings = ports.GroupBy(DockerNames.OfPort, StringComparer.Ordinal).ToDictionary(
                    port => port.Key,
                    IList<PortBinding> (port) => [.. port.Select(host => new PortBinding { HostIP = host.HostAddress, HostPort = host.Port.ToString() })],
                    StringComparer.Ordinal),
                ExtraHosts = [.. OwnName(spec, address), .. spec.HostAliases.SelectMany(alias => alias.Hostnames, (alias, name) => $"{name}:{alias.Address}")],
                DNS = address is null ? null : [.. HostResolvers.ForPods()],
                CapDrop = address is null ? null : ["ALL"],
                // What the pause program makes its network namespace with.
                CapAdd = address is null ? null : ["SYS_ADMIN"],
                // The least weight. No negative OOM score, which engines without CAP_SYS_RESOURCE cannot give.
                CPUShares = 2,
            },
        };
    }

    private static IEnumerable<string> OwnName(SandboxSpec spec, IPAddress? address) => address is null ? [] : [$"{spec.Hostname}:{address}"];
}
