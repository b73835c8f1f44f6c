using System.Collections.Immutable;
using Grainhouse.HostAgent.Runtimes;

namespace Grainhouse.HostAgent.Pods;

/// <summary>Makes the sandbox's spec from the pod's.</summary>
public static class SandboxSpecBuilder
{
    /// <summary>The spec of the pod's next sandbox.</summary>
    public static SandboxSpec Build(PodState state)
    {
        var spec = state.Pod!.Spec;
        var ports = ImmutableArray.CreateBuilder<HostPort>();
        foreach (var container in state.Containers)
        {
            foreach (var port in container.Spec.Ports ?? [])
            {
                if (port.HostPort is > 0 and var hostPort && !state.SharesHostNetwork)
                {
                    ports.Add(new HostPort(hostPort, port.ContainerPort, port.Protocol ?? "TCP", port.HostIP ?? ""));
                }
            }
        }

        return new SandboxSpec
        {
            Pod = state.Identity,
            Attempt = state.SandboxAttempt,
            Hostname = HostnameOf(state),
            HostNetwork = state.SharesHostNetwork,
            HostPorts = ports.ToImmutable(),
            HostAliases = [.. (spec.HostAliases ?? []).Select(alias => new HostAlias(alias.Ip, [.. alias.Hostnames ?? []]))],
        };
    }

    /// <summary>spec.hostname, or the pod's name, cut to the 63 characters that a host name may have.</summary>
    public static string HostnameOf(PodState state)
    {
        var name = state.Pod!.Spec.Hostname is { Length: > 0 } hostname ? hostname : state.Identity.Name;
        return name.Length <= 63 ? name : name[..63].TrimEnd('-', '.');
    }
}
