using System.Globalization;
using System.Text.Json;
using Grainhouse.Gateway.Agents;
using Grainhouse.Gateway.Objects;
using Grainhouse.Gateway.Requests;
using Grainhouse.Gateway.Streams;
using Grainhouse.Gateway.Tables;
using Grainhouse.Interfaces.Objects;

namespace Grainhouse.Gateway.Proxy;

/// <summary>Finds the server that a pod, a service or a node has. After upstream's <c>ResourceLocation</c> of each.</summary>
internal sealed class ProxyTargets(ObjectGrains objects, TunnelOpener tunnels)
{
    private const ushort WebPort = 80;

    /// <summary>The server of a pod: the port that is named, else the first that a container has, else 80.</summary>
    /// <exception cref="RequestRefusedException">404, 400 or 503.</exception>
    public async Task<ProxyTarget> OfPodAsync(string @namespace, ProxyName name, CancellationToken aborted)
    {
        var pod = await GetAsync(ResourceCatalog.Pods, @namespace, name.Name, aborted);
        using var document = JsonDocument.Parse(pod.Document);
        var port = name.Port.Length > 0
            ? Number(name.Port)
            : document.RootElement.At("spec", "containers").Items().SelectMany(container => container.At("ports").Items()).Select(port => PortNumber(port, "containerPort")).FirstOrDefault(WebPort);
        return Of(pod, name.IsSecure, port);
    }

    /// <summary>The server of a service: one of its ready endpoints, by the service port's name or number.</summary>
    /// <exception cref="RequestRefusedException">404, or 503 for a service without endpoints.</exception>
    public async Task<ProxyTarget> OfServiceAsync(string @namespace, ProxyName name, CancellationToken aborted)
    {
        var service = await GetAsync(ResourceCatalog.Services, @namespace, name.Name, aborted);
        var wanted = ServicePort(service, name.Port) ?? throw Unavailable($"no service port \"{name.Port}\" found for service \"{name.Name}\"");
        if (await objects.Get(ResourceCatalog.Endpoints.Key(@namespace, name.Name), aborted).GetAsync() is { } endpoints)
        {
            using var document = JsonDocument.Parse(endpoints.Document);
            var candidates = document.RootElement.At("subsets").Items().SelectMany(subset => Candidates(subset, wanted)).ToArray();
            if (candidates.Length > 0)
            {
                var (address, port) = candidates[Random.Shared.Next(candidates.Length)];
                return address.At("targetRef", "kind").Text() == "Pod"
                    ? Of(await GetAsync(ResourceCatalog.Pods, @namespace, address.At("targetRef", "name").Text(), aborted), name.IsSecure, port)
                    : new AddressTarget(address.At("ip").Text(), name.IsSecure, port);
            }
        }

        throw Unavailable($"no endpoints available for service \"{name.Name}\"");
    }

    /// <summary>A port of a node.</summary>
    /// <exception cref="RequestRefusedException">404 or 400.</exception>
    public async Task<ProxyTarget> OfNodeAsync(ProxyName name, CancellationToken aborted)
    {
        await GetAsync(ResourceCatalog.Nodes, null, name.Name, aborted);
        return new TunnelledTarget(tunnels, new StreamTarget(name.Name, "", "", ""), name.IsSecure, Number(name.Port));
    }

    private TunnelledTarget Of(KubeObject pod, bool isSecure, ushort port)
    {
        var (where, error) = StreamTarget.Find(pod);
        return where is not null ? new TunnelledTarget(tunnels, where, isSecure, port) : throw new RequestRefusedException(error!);
    }

    private async Task<KubeObject> GetAsync(ResourceDescriptor resource, string? @namespace, string name, CancellationToken aborted) =>
        await objects.Get(resource.Key(@namespace, name), aborted).GetAsync() ?? throw new RequestRefusedException(ApiStatus.NotFound(resource, name));

    // The name of the service's port, which its endpoints have too; empty for the only one without a name.
    private static string? ServicePort(KubeObject service, string wanted)
    {
        using var document = JsonDocument.Parse(service.Document);
        foreach (var port in document.RootElement.At("spec", "ports").Items())
        {
            var name = port.At("name").Text();
            if (wanted == name || wanted == PortNumber(port).ToString(CultureInfo.InvariantCulture) || wanted.Length == 0)
            {
                return name;
            }
        }

        return null;
    }

    private static IEnumerable<(JsonElement Address, ushort Port)> Candidates(JsonElement subset, string wanted) =>
        from port in subset.At("ports").Items()
        where port.At("name").Text() == wanted
        from address in subset.At("addresses").Items()
        select (address, PortNumber(port));

    private static ushort PortNumber(JsonElement port, string field = "port") => (ushort)port.At(field).Number();

    private static ushort Number(string port) =>
        ushort.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? number : throw Refusals.BadRequest($"invalid port \"{port}\"");

    private static RequestRefusedException Unavailable(string why) => new(ApiStatus.Unavailable(why));
}
