namespace Grainhouse.Grains.Reconciling;

/// <summary>A grain that keeps something true. Key: what it looks after, mostly the text form of an object key.</summary>
[Alias("grainhouse.reconciler")]
internal interface IReconcilerGrain : IGrainWithStringKey
{
    /// <summary>Look again, at a state that is at least as new as <paramref name="revision"/>. Safe to repeat.</summary>
    /// <remarks>
    /// A round may create thousands of objects, so it may take longer than an ordinary call. But a call or an answer that was lost
    /// is repeated only when the time is up, and until then nobody looks; a repetition that comes too early only waits its turn.
    /// </remarks>
    [Alias("wake"), ResponseTimeout("00:00:15")]
    Task WakeAsync(long revision);
}
