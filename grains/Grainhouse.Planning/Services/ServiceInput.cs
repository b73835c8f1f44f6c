using System.Collections.Immutable;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Interfaces.Storage;

namespace Grainhouse.Planning.Services;

/// <summary>What <see cref="ServiceReconciler"/> decides from.</summary>
/// <remarks>All of one snapshot, which shows at least what the plan before has committed.</remarks>
public sealed record ServiceInput
{
    /// <summary>The Service.</summary>
    public required KubeObject Service { get; init; }

    /// <summary>The pods of its namespace; those that its selector does not match are passed over.</summary>
    public required IReadOnlyCollection<KubeObject> Pods { get; init; }

    /// <summary>The EndpointSlices of its namespace; those of other Services or other makers are passed over.</summary>
    public required IReadOnlyCollection<KubeObject> Slices { get; init; }

    /// <summary>The Endpoints of its name; null if there are none.</summary>
    public KubeObject? Endpoints { get; init; }

    /// <summary>Reads from the cache what a decision needs; null if there is no such Service.</summary>
    public static ServiceInput? Gather(IObjectCache cache, ObjectKey key)
    {
        if (cache.Get(key) is not { } service)
        {
            return null;
        }

        var slices = ImmutableArray.CreateBuilder<KubeObject>();
        foreach (var owned in cache.OwnedBy(service.Header.Uid))
        {
            if (owned.Key.Resource == ResourceCatalog.EndpointSlices.QualifiedName)
            {
                slices.Add(owned);
            }
        }

        return new ServiceInput
        {
            Service = service,
            Pods = ServiceView.Of(service).Selector.SelectsNothing
                ? []
                : cache.List(ResourceCatalog.Pods.QualifiedName, key.Namespace).Items,
            Slices = slices.ToImmutable(),
            Endpoints = cache.Get(ResourceCatalog.Endpoints.Key(key.Namespace, key.Name)),
        };
    }
}
