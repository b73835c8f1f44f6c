using System.Collections.Immutable;
using System.Text.Json;
using Grainhouse.Interfaces.Objects;

namespace Grainhouse.Planning.Scheduling;

/// <summary>An image that a node has.</summary>
internal readonly record struct NodeImage(string Name, long SizeBytes);

/// <summary>What a Node object says of the node: everything that placement looks at but the pods.</summary>
internal sealed class NodeFacts
{
    public required string Name { get; init; }

    public required IReadOnlyDictionary<string, string> Labels { get; init; }

    public required ImmutableArray<Taint> Taints { get; init; }

    /// <summary><c>spec.unschedulable</c>: cordoned.</summary>
    public required bool Unschedulable { get; init; }

    /// <summary><c>status.allocatable</c>; its <c>Requests.None</c> parts are zero.</summary>
    public required Requests Allocatable { get; init; }

    /// <summary>How many pods the node may have.</summary>
    public required long AllocatablePods { get; init; }

    /// <summary>Every name of every image on the node.</summary>
    public required ImmutableArray<NodeImage> Images { get; init; }

    /// <summary>Reads a Node object.</summary>
    public static NodeFacts Read(KubeObject node)
    {
        using var parsed = JsonDocument.Parse(node.Document);
        var spec = Json.Child(parsed.RootElement, "spec");
        var status = Json.Child(parsed.RootElement, "status");
        var allocatable = Json.Child(status, "allocatable");
        // Allocatable defaults to capacity (API defaulting).
        var amounts = ResourceSums.Read(allocatable.ValueKind == JsonValueKind.Object ? allocatable : Json.Child(status, "capacity"));
        var taints = ImmutableArray.CreateBuilder<Taint>();
        foreach (var taint in Json.Items(spec, "taints"))
        {
            taints.Add(Taint.Read(taint));
        }

        return new NodeFacts
        {
            Name = node.Key.Name,
            Labels = Json.Map(Json.Child(parsed.RootElement, "metadata"), "labels"),
            Taints = taints.ToImmutable(),
            Unschedulable = Json.True(spec, "unschedulable"),
            Allocatable = amounts.ToRequests(),
            AllocatablePods = amounts[ResourceNames.Pods],
            Images = ReadImages(status),
        };
    }

    /// <summary>Whether placement sees no difference.</summary>
    public bool SameAs(NodeFacts other) =>
        Unschedulable == other.Unschedulable
        && AllocatablePods == other.AllocatablePods
        && Allocatable.CpuMillis == other.Allocatable.CpuMillis
        && Allocatable.MemoryBytes == other.Allocatable.MemoryBytes
        && Allocatable.EphemeralStorageBytes == other.Allocatable.EphemeralStorageBytes
        && Allocatable.Extended.AsSpan().SequenceEqual(other.Allocatable.Extended.AsSpan())
        && Taints.AsSpan().SequenceEqual(other.Taints.AsSpan())
        && Images.AsSpan().SequenceEqual(other.Images.AsSpan())
        && SameLabels(other.Labels);

    /// <summary>How much of an extended resource the node has; 0 if it does not know it.</summary>
    public long AllocatableOf(string extended)
    {
        foreach (var resource in Allocatable.Extended)
        {
            if (resource.Name == extended)
            {
                return resource.Amount;
            }
        }

        return 0;
    }

    private bool SameLabels(IReadOnlyDictionary<string, string> other)
    {
        if (Labels.Count != other.Count)
        {
            return false;
        }

        foreach (var (name, value) in Labels)
        {
            if (!other.TryGetValue(name, out var theirs) || theirs != value)
            {
                return false;
            }
        }

        return true;
    }

    private static ImmutableArray<NodeImage> ReadImages(JsonElement status)
    {
        var images = ImmutableArray.CreateBuilder<NodeImage>();
        foreach (var image in Json.Items(status, "images"))
        {
            var size = Json.Child(image, "sizeBytes");
            var bytes = size.ValueKind == JsonValueKind.Number && size.TryGetInt64(out var number) ? number : 0;
            foreach (var name in Json.Texts(image, "names"))
            {
                images.Add(new NodeImage(name, bytes));
            }
        }

        return images.ToImmutable();
    }
}
