using System.Collections.Immutable;
using System.Text.Json;

namespace Grainhouse.Planning.Scheduling;

/// <summary>A port of the node itself that a pod wants.</summary>
/// <param name="Ip">The address; <c>0.0.0.0</c> for all.</param>
/// <param name="Protocol">TCP, UDP or SCTP.</param>
/// <param name="Port">The number.</param>
internal readonly record struct HostPort(string Ip, string Protocol, int Port)
{
    private const string AnyIp = "0.0.0.0";

    public bool Conflicts(in HostPort other) =>
        Port == other.Port && Protocol == other.Protocol && (Ip == AnyIp || other.Ip == AnyIp || Ip == other.Ip);

    /// <summary>The host ports of a pod's containers and sidecars. In the host's network every container port is one.</summary>
    public static ImmutableArray<HostPort> Read(JsonElement spec)
    {
        var ports = ImmutableArray.CreateBuilder<HostPort>();
        var hostNetwork = Json.True(spec, "hostNetwork");
        foreach (var container in Json.Items(spec, "containers"))
        {
            Read(container, hostNetwork, ports);
        }

        foreach (var container in Json.Items(spec, "initContainers"))
        {
            if (Json.Text(container, "restartPolicy") == "Always")
            {
                Read(container, hostNetwork, ports);
            }
        }

        return ports.ToImmutable();
    }

    private static void Read(JsonElement container, bool hostNetwork, ImmutableArray<HostPort>.Builder ports)
    {
        foreach (var entry in Json.Items(container, "ports"))
        {
            var port = Json.Number(entry, "hostPort");
            port = port == 0 && hostNetwork ? Json.Number(entry, "containerPort") : port;
            if (port > 0)
            {
                var ip = Json.Text(entry, "hostIP");
                var protocol = Json.Text(entry, "protocol");
                ports.Add(new HostPort(ip.Length == 0 ? AnyIp : ip, protocol.Length == 0 ? "TCP" : protocol, port));
            }
        }
    }
}
