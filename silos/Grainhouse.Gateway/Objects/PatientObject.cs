using Grainhouse.Interfaces.Grains;
using Grainhouse.Interfaces.Objects;

namespace Grainhouse.Gateway.Objects;

/// <summary>An object's grain, asked with the patience that the death of its silo asks for.</summary>
/// <param name="grain">The grain.</param>
/// <param name="patience">How long, and how often.</param>
/// <param name="deadline">The end of the request's own time.</param>
internal readonly struct PatientObject(IObjectGrain grain, Patience patience, CancellationToken deadline)
{
    /// <inheritdoc cref="IObjectGrain.GetAsync"/>
    public ValueTask<KubeObject?> GetAsync()
    {
        var first = grain.GetAsync();
        return first.IsCompletedSuccessfully ? first : new(patience.ReadAsync(grain, first.AsTask(), static asked => asked.GetAsync().AsTask()).WaitAsync(deadline));
    }

    /// <inheritdoc cref="IObjectGrain.CreateAsync"/>
    public Task<ObjectResult> CreateAsync(ReadOnlyMemory<byte> document, WriteOptions options) =>
        patience.WriteAsync(grain, asked => asked.CreateAsync(document, options)).WaitAsync(deadline);

    /// <inheritdoc cref="IObjectGrain.UpdateAsync"/>
    public Task<ObjectResult> UpdateAsync(ReadOnlyMemory<byte> document, WriteOptions options) =>
        patience.WriteAsync(grain, asked => asked.UpdateAsync(document, options)).WaitAsync(deadline);

    /// <inheritdoc cref="IObjectGrain.PatchAsync"/>
    public Task<ObjectResult> PatchAsync(PatchType type, ReadOnlyMemory<byte> patch, WriteOptions options) =>
        patience.WriteAsync(grain, asked => asked.PatchAsync(type, patch, options)).WaitAsync(deadline);

    /// <inheritdoc cref="IObjectGrain.DeleteAsync"/>
    public Task<ObjectResult> DeleteAsync(DeletionOptions options) => patience.WriteAsync(grain, asked => asked.DeleteAsync(options)).WaitAsync(deadline);

    /// <inheritdoc cref="IObjectGrain.EvictAsync"/>
    public Task<ObjectResult> EvictAsync(DeletionOptions options) => patience.WriteAsync(grain, asked => asked.EvictAsync(options)).WaitAsync(deadline);
}
