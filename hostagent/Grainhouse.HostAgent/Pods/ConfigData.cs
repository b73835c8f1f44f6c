using System.Collections.Immutable;

namespace Grainhouse.HostAgent.Pods;

/// <summary>Names a ConfigMap or Secret: <c>configmaps</c> or <c>secrets</c>, namespace, name.</summary>
public readonly record struct ConfigName(string Resource, string Namespace, string Name)
{
    /// <summary>The resource of ConfigMaps.</summary>
    public const string ConfigMaps = "configmaps";

    /// <summary>The resource of Secrets.</summary>
    public const string Secrets = "secrets";
}

/// <summary>What a ConfigMap or Secret holds, decoded.</summary>
/// <param name="Revision">The store's revision: a lower one is older.</param>
/// <param name="Entries">Data and binaryData by key.</param>
public sealed record ConfigData(long Revision, ImmutableSortedDictionary<string, ReadOnlyMemory<byte>> Entries);
