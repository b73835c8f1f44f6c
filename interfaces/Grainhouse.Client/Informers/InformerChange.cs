namespace Grainhouse.Client;

/// <summary>What an informer tells.</summary>
public enum InformerChangeType
{
    /// <summary>The object is new to the informer.</summary>
    Added = 0,

    /// <summary>It was changed; changes in between may have been left out.</summary>
    Modified = 1,

    /// <summary>It is gone, or is no longer selected. Where that was learned from a list, the object is the last state known.</summary>
    Deleted = 2,

    /// <summary>Nothing changed: the object is shown again, to be checked.</summary>
    Resync = 3,
}

/// <summary>A change in an informer's store, which shows it already.</summary>
/// <param name="Type">What happened.</param>
/// <param name="Object">The new state; of what is gone the last one. Do not change it: it is the store's.</param>
/// <param name="Previous">The state before; null if there was none.</param>
public sealed record InformerChange<T>(InformerChangeType Type, T Object, T? Previous);
