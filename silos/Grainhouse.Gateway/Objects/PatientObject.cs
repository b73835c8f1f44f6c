using Grainhouse.Interfaces.Grains;
using Grainhouse.Interfaces.Objects;
using Orleans.Runtime;

namespace Grainhouse.Gateway.Objects;

/// <summary>An object's grain, asked again while its silo is dying: within two seconds the grain is back on another one.</summary>
/// <remarks>
/// Reads are asked again whatever befell them. Writes only when they were rejected, which means that none of it ran; one that
/// was under way on a silo that died may have been committed, so its caller hears that nobody knows. However often it was asked,
/// the caller has its answer, or a clear error, within the patience.
/// </remarks>
/// <param name="grain">The grain.</param>
/// <param name="patience">The longest wait.</param>
/// <param name="time">The clock.</param>
internal readonly struct PatientObject(IObjectGrain grain, TimeSpan patience, TimeProvider time)
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(50);

    /// <inheritdoc cref="IObjectGrain.GetAsync"/>
    public ValueTask<KubeObject?> GetAsync()
    {
        var first = grain.GetAsync();
        return first.IsCompletedSuccessfully ? first : new(RunAsync(grain, first.AsTask(), static asked => asked.GetAsync().AsTask(), IsLost, patience, time));
    }

    /// <inheritdoc cref="IObjectGrain.CreateAsync"/>
    public Task<ObjectResult> CreateAsync(ReadOnlyMemory<byte> document, WriteOptions options) => WriteAsync(asked => asked.CreateAsync(document, options));

    /// <inheritdoc cref="IObjectGrain.UpdateAsync"/>
    public Task<ObjectResult> UpdateAsync(ReadOnlyMemory<byte> document, WriteOptions options) => WriteAsync(asked => asked.UpdateAsync(document, options));

    /// <inheritdoc cref="IObjectGrain.PatchAsync"/>
    public Task<ObjectResult> PatchAsync(PatchType type, ReadOnlyMemory<byte> patch, WriteOptions options) => WriteAsync(asked => asked.PatchAsync(type, patch, options));

    /// <inheritdoc cref="IObjectGrain.DeleteAsync"/>
    public Task<ObjectResult> DeleteAsync(DeletionOptions options) => WriteAsync(asked => asked.DeleteAsync(options));

    private Task<ObjectResult> WriteAsync(Func<IObjectGrain, Task<ObjectResult>> call) => RunAsync(grain, call(grain), call, DidNotRun, patience, time);

    // A struct's methods cannot await as themselves.
    private static async Task<T> RunAsync<T>(
        IObjectGrain grain, Task<T> first, Func<IObjectGrain, Task<T>> call, Func<Exception, bool> mayRepeat, TimeSpan patience, TimeProvider time)
    {
        var began = time.GetTimestamp();
        var attempt = first;
        while (true)
        {
            var left = patience - time.GetElapsedTime(began);
            try
            {
                return await attempt.WaitAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero, time);
            }
            catch (OrleansException lost) when (mayRepeat(lost) && left > RetryDelay)
            {
                await Task.Delay(RetryDelay, time);
            }
            catch (SiloUnavailableException lost)
            {
                throw new TimeoutException("the object's silo died while it was at work", lost);
            }

            attempt = call(grain);
        }
    }

    private static bool IsLost(Exception error) => error is OrleansException;

    private static bool DidNotRun(Exception error) => error is OrleansMessageRejectionException and not SiloUnavailableException;
}
