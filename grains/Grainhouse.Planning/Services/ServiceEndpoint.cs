using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Grainhouse.Planning.Pods;

namespace Grainhouse.Planning.Services;

/// <summary>A port of an endpoint, resolved.</summary>
public readonly record struct EndpointPort(string Name, string Protocol, string? AppProtocol, int Port);

/// <summary>A pod behind a Service.</summary>
internal sealed class ServiceEndpoint(PodView pod, ServiceView service, string serviceName)
{
    public PodView Pod { get; } = pod;

    /// <summary>Whether traffic may go there now.</summary>
    public bool Ready => service.PublishNotReady || (Pod.Ready && !Pod.Deleting);

    /// <summary>Whether a Service of its kind lists the pod in Endpoints, which know no terminating pods.</summary>
    public bool InEndpoints => !Pod.Deleting || service.PublishNotReady;

    /// <summary>What a slice says of the pod.</summary>
    public EndpointFacts Facts => new(Pod.Header.Uid, Pod.Name, Pod.Ip, Pod.Node, Hostname, Ready, Pod.Ready, Pod.Deleting);

    /// <summary>What Endpoints say of the pod.</summary>
    public EndpointFacts AddressFacts => Facts with { Serving = false, Terminating = false };

    /// <summary>The name under which DNS knows the pod within the Service; empty for none.</summary>
    private string Hostname => Pod.Hostname.Length > 0 && Pod.Subdomain == serviceName ? Pod.Hostname : "";

    /// <summary>The endpoint as a slice has it.</summary>
    public JsonObject ToSliceJson()
    {
        var endpoint = new JsonObject
        {
            ["addresses"] = new JsonArray(Pod.Ip),
            ["conditions"] = new JsonObject { ["ready"] = Ready, ["serving"] = Pod.Ready, ["terminating"] = Pod.Deleting },
        };
        AddIdentity(endpoint);
        return endpoint;
    }

    /// <summary>The address as Endpoints have it.</summary>
    public JsonObject ToAddressJson()
    {
        var address = new JsonObject { ["ip"] = Pod.Ip };
        AddIdentity(address);
        return address;
    }

    /// <summary>The Service's ports at this pod; a port whose name no container has is left out.</summary>
    public static ImmutableArray<EndpointPort> ResolvePorts(ServiceView service, PodView pod)
    {
        var ports = ImmutableArray.CreateBuilder<EndpointPort>(service.Ports.Length);
        foreach (var port in service.Ports)
        {
            var number = port.TargetName is { } name ? FindPort(pod, name, port.Protocol) : port.Target;
            if (number > 0)
            {
                ports.Add(new EndpointPort(port.Name, port.Protocol, port.AppProtocol, number));
            }
        }

        return ports.DrainToImmutable();
    }

    private static int FindPort(PodView pod, string name, string protocol)
    {
        foreach (var named in pod.Ports)
        {
            if (named.Name == name && named.Protocol == protocol)
            {
                return named.Number;
            }
        }

        return 0;
    }

    private void AddIdentity(JsonObject endpoint)
    {
        if (Hostname is { Length: > 0 } hostname)
        {
            endpoint["hostname"] = hostname;
        }

        if (Pod.Node.Length > 0)
        {
            endpoint["nodeName"] = Pod.Node;
        }

        endpoint["targetRef"] = new JsonObject
        {
            ["kind"] = "Pod",
            ["namespace"] = Pod.Object.Key.Namespace,
            ["name"] = Pod.Name,
            ["uid"] = Pod.Header.Uid,
        };
    }
}
