using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Grainhouse.Planning.Documents;

namespace Grainhouse.Planning.Services;

/// <summary>The endpoints of a Service that have the same ports: a named target port may be another number in some pods.</summary>
internal sealed class EndpointGroup(ImmutableArray<EndpointPort> ports)
{
    public ImmutableArray<EndpointPort> Ports { get; } = ports;

    /// <summary>By pod uid, in the order of the pods' names.</summary>
    public Dictionary<string, ServiceEndpoint> Endpoints { get; } = new(StringComparer.Ordinal);

    /// <summary>Tells groups apart; stable.</summary>
    public string Signature { get; } = SignatureOf(ports);

    public JsonArray PortsJson()
    {
        var array = new JsonArray();
        foreach (var port in Ports)
        {
            var json = new JsonObject { ["name"] = port.Name, ["protocol"] = port.Protocol, ["port"] = port.Port };
            if (port.AppProtocol is { } app)
            {
                json["appProtocol"] = app;
            }

            array.Add(json);
        }

        return array;
    }

    /// <summary>The signature of the ports that a stored slice has.</summary>
    public static string SignatureOf(JsonArray? ports) => SignatureOf(
    [
        .. (ports ?? []).OfType<JsonObject>().Select(port =>
            new EndpointPort(port.Text("name") ?? "", port.Text("protocol") ?? "TCP", port.Text("appProtocol"), port.Int("port"))),
    ]);

    private static string SignatureOf(ImmutableArray<EndpointPort> ports) => string.Join(
        ';',
        ports.OrderBy(port => port.Name, StringComparer.Ordinal).ThenBy(port => port.Protocol, StringComparer.Ordinal).ThenBy(port => port.Port)
            .Select(port => $"{port.Name}/{port.Protocol}/{port.AppProtocol}/{port.Port}"));

    /// <summary>Sorts the pods behind a Service into groups.</summary>
    public static List<EndpointGroup> Of(ServiceInput input, ServiceView service)
    {
        var groups = new Dictionary<string, EndpointGroup>(StringComparer.Ordinal);
        EndpointGroup? last = null;
        foreach (var item in input.Pods)
        {
            if (!service.Selector.Matches(item.Header.Labels))
            {
                continue;
            }

            var pod = Planning.Pods.PodView.Of(item);
            if (pod.Ended || !IsIPv4(pod.Ip))
            {
                continue;
            }

            // Nearly always all pods have the same ports; the signature is worked out once for them.
            var ports = ServiceEndpoint.ResolvePorts(service, pod);
            if (last is null || !last.Ports.AsSpan().SequenceEqual(ports.AsSpan()))
            {
                var group = new EndpointGroup(ports);
                last = groups.TryAdd(group.Signature, group) ? group : groups[group.Signature];
            }

            last.Endpoints[pod.Header.Uid] = new ServiceEndpoint(pod, service, input.Service.Key.Name);
        }

        return [.. groups.Values.OrderBy(group => group.Signature, StringComparer.Ordinal)];
    }

    private static bool IsIPv4(string address) => address.Length > 0 && !address.Contains(':', StringComparison.Ordinal);
}
