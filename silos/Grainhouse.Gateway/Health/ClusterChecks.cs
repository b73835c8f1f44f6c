using Grainhouse.Gateway.Objects;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Interfaces.Storage;

namespace Grainhouse.Gateway.Health;

/// <summary>The store answers.</summary>
internal sealed class StoreCheck(IObjectStore store) : IReadinessCheck
{
    /// <inheritdoc/>
    public string Name => "store";

    /// <inheritdoc/>
    public async ValueTask<string?> CheckAsync(CancellationToken cancellationToken)
    {
        await store.ReadRevisionAsync(cancellationToken);
        return null;
    }
}

/// <summary>The cache shows what the store has.</summary>
internal sealed class CacheCheck(IObjectCache cache) : IReadinessCheck
{
    /// <inheritdoc/>
    public string Name => "cache";

    /// <inheritdoc/>
    public async ValueTask<string?> CheckAsync(CancellationToken cancellationToken)
    {
        await cache.CatchUpAsync(cancellationToken);
        return null;
    }
}

/// <summary>Grains answer.</summary>
internal sealed class GrainCheck(ObjectGrains grains) : IReadinessCheck
{
    private readonly ObjectKey key = ResourceCatalog.Namespaces.Key(null, "default");

    /// <inheritdoc/>
    public string Name => "grains";

    /// <inheritdoc/>
    public async ValueTask<string?> CheckAsync(CancellationToken cancellationToken) =>
        await grains.Get(key, cancellationToken).GetAsync() is null
            ? "the namespace default is not there yet"
            : null;
}
