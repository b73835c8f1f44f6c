using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning.Documents;

namespace Grainhouse.Planning.Services;

/// <summary>A port of a Service.</summary>
/// <param name="Name">Empty if there is only one.</param>
/// <param name="Protocol"><c>TCP</c>, <c>UDP</c> or <c>SCTP</c>.</param>
/// <param name="AppProtocol">Null if absent.</param>
/// <param name="Target">The port in the pod; 0 if it goes by name.</param>
/// <param name="TargetName">The name that a container gives the port; null if it goes by number.</param>
public sealed record ServicePort(string Name, string Protocol, string? AppProtocol, int Target, string? TargetName);

/// <summary>What controllers look at in a Service, read once per revision.</summary>
public sealed class ServiceView
{
    private static readonly Func<KubeObject, ServiceView> Reader = service => new ServiceView(service);

    private ServiceView(KubeObject service)
    {
        var spec = service.ToMutable().Object("spec");
        var labels = spec.Map("selector");
        Selector = spec.Text("type") == "ExternalName" || labels.Count == 0 ? LabelSelector.Nothing : LabelSelector.FromLabels(labels);
        Headless = spec.Text("clusterIP") == "None";
        PublishNotReady = spec.Flag("publishNotReadyAddresses");
        Ports = [.. (spec.Array("ports") ?? []).OfType<JsonObject>().Select(ReadPort)];
    }

    /// <summary><see cref="LabelSelector.Nothing"/> if the Service's endpoints are not ours to keep.</summary>
    public LabelSelector Selector { get; }

    /// <summary>Whether it has no address of its own.</summary>
    public bool Headless { get; }

    /// <summary>Whether pods count as ready before they are.</summary>
    public bool PublishNotReady { get; }

    /// <summary>Its ports, in order.</summary>
    public ImmutableArray<ServicePort> Ports { get; }

    /// <summary>The view of a Service, made on first use.</summary>
    public static ServiceView Of(KubeObject service) => service.View(Reader);

    private static ServicePort ReadPort(JsonObject port)
    {
        var target = port["targetPort"] as JsonValue;
        var name = target?.GetValueKind() == JsonValueKind.String ? target.GetValue<string>() : null;
        var number = name is null ? port.Int("targetPort") : 0;
        return new ServicePort(
            port.Text("name") ?? "", port.Text("protocol") ?? "TCP", port.Text("appProtocol"), number == 0 && name is null ? port.Int("port") : number, name);
    }
}
