using System.Collections.Immutable;
using System.Text.Json;

namespace Grainhouse.Planning.Scheduling;

/// <summary>All of a pod that decides where it can and should run. Pods with equal templates are placed alike.</summary>
internal sealed class PodTemplate
{
    /// <summary>Sets templates in an order: that in which they were first seen.</summary>
    public int Id { get; init; }

    /// <summary>How many classes have this template.</summary>
    public int Classes { get; set; }

    /// <summary>What the filters count.</summary>
    public required Requests Requests { get; init; }

    /// <summary>What the scores count.</summary>
    public required Requests NonZero { get; init; }

    public ImmutableArray<HostPort> HostPorts { get; init; } = [];

    /// <summary><c>spec.nodeSelector</c>.</summary>
    public ImmutableArray<KeyValuePair<string, string>> NodeSelector { get; init; } = [];

    /// <summary>Terms of which one must match; null if the pod requires none.</summary>
    public ImmutableArray<NodeSelectorTerm>? Required { get; init; }

    public ImmutableArray<PreferredTerm> Preferred { get; init; } = [];

    public ImmutableArray<Toleration> Tolerations { get; init; } = [];

    /// <summary>Whether the pod may be placed on a cordoned node.</summary>
    public bool ToleratesUnschedulable { get; init; }

    /// <summary>The image of each container and init container, with its tag.</summary>
    public ImmutableArray<string> Images { get; init; } = [];

    /// <summary><c>spec.priority</c>.</summary>
    public int Priority { get; init; }

    public bool IsConstrained => !NodeSelector.IsEmpty || Required is not null;

    public static PodTemplate Read(ReadOnlyMemory<byte> document, int id = 0)
    {
        using var parsed = JsonDocument.Parse(document);
        var spec = Json.Child(parsed.RootElement, "spec");
        var affinity = Json.Child(Json.Child(spec, "affinity"), "nodeAffinity");
        var tolerations = ReadAll(spec, "tolerations", Toleration.Read);
        return new PodTemplate
        {
            Id = id,
            Requests = PodRequests.Of(spec),
            NonZero = PodRequests.NonZeroOf(spec),
            HostPorts = HostPort.Read(spec),
            NodeSelector = [.. Json.Map(spec, "nodeSelector")],
            Required = ReadRequired(affinity),
            Preferred = ReadAll(affinity, "preferredDuringSchedulingIgnoredDuringExecution", ReadPreferred),
            Tolerations = tolerations,
            ToleratesUnschedulable = Filters.TaintToleration.Tolerates(tolerations, Taint.Unschedulable),
            Images = ReadImages(spec),
            Priority = Json.Number(spec, "priority"),
        };
    }

    private static ImmutableArray<NodeSelectorTerm>? ReadRequired(JsonElement affinity)
    {
        var required = Json.Child(affinity, "requiredDuringSchedulingIgnoredDuringExecution");
        return required.ValueKind == JsonValueKind.Object ? ReadAll(required, "nodeSelectorTerms", NodeSelectorTerm.Read) : null;
    }

    private static PreferredTerm ReadPreferred(JsonElement preferred) =>
        new(Json.Number(preferred, "weight"), NodeSelectorTerm.Read(Json.Child(preferred, "preference")));

    private static ImmutableArray<string> ReadImages(JsonElement spec) =>
    [
        .. ReadAll(spec, "initContainers", container => ImageName.Normalize(Json.Text(container, "image"))),
        .. ReadAll(spec, "containers", container => ImageName.Normalize(Json.Text(container, "image"))),
    ];

    private static ImmutableArray<T> ReadAll<T>(JsonElement parent, string name, Func<JsonElement, T> read)
    {
        var items = ImmutableArray.CreateBuilder<T>();
        foreach (var item in Json.Items(parent, name))
        {
            items.Add(read(item));
        }

        return items.ToImmutable();
    }
}

/// <summary>Names of images, comparable with the names that nodes report.</summary>
internal static class ImageName
{
    /// <summary>Adds <c>:latest</c> to a name that has no tag.</summary>
    public static string Normalize(string image) =>
        image.LastIndexOf(':') <= image.LastIndexOf('/') ? image + ":latest" : image;
}
