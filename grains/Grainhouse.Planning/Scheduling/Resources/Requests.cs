using System.Collections.Immutable;

namespace Grainhouse.Planning.Scheduling;

/// <summary>An amount of a resource that the scheduler knows only by name, as in <c>nvidia.com/gpu</c>.</summary>
/// <param name="Name">The resource's name.</param>
/// <param name="Amount">In the resource's own unit, rounded up to a whole number.</param>
public readonly record struct ExtendedResource(string Name, long Amount);

/// <summary>What a pod asks of a node: the larger of its running and its starting phase, and its overhead.</summary>
public sealed class Requests
{
    /// <summary>A pod that asks for nothing (QoS class BestEffort).</summary>
    public static Requests None { get; } = new();

    /// <summary>Thousandths of a CPU.</summary>
    public long CpuMillis { get; init; }

    /// <summary>Bytes of memory.</summary>
    public long MemoryBytes { get; init; }

    /// <summary>Bytes of local disk.</summary>
    public long EphemeralStorageBytes { get; init; }

    /// <summary>Everything else with an amount above zero, by name (ordinal).</summary>
    public ImmutableArray<ExtendedResource> Extended { get; init; } = [];

    /// <summary>Whether nothing at all is asked for; such a pod needs only a free pod slot.</summary>
    public bool IsEmpty => CpuMillis == 0 && MemoryBytes == 0 && EphemeralStorageBytes == 0 && Extended.IsEmpty;
}
