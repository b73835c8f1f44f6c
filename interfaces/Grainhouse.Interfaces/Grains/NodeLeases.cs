using System.Globalization;
using Grainhouse.Interfaces.Objects;

namespace Grainhouse.Interfaces.Grains;

/// <summary>The Lease objects that show when nodes were last heard of.</summary>
/// <remarks>
/// Each is written once, when its node registers. <c>spec.renewTime</c> is filled in when somebody reads it, from what the
/// node's grain knows: heartbeats are soft state, and a watch of leases shows none of them.
/// </remarks>
public static class NodeLeases
{
    /// <summary>The namespace of the leases.</summary>
    public const string Namespace = "kube-node-lease";

    /// <summary>The key of a node's lease.</summary>
    public static ObjectKey Key(string node) => ResourceCatalog.Leases.Key(Namespace, node);

    /// <summary>A time as <c>spec.renewTime</c> has it (meta/v1 MicroTime): <c>2026-01-31T08:00:00.000000Z</c>.</summary>
    public static string TimeText(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
}
