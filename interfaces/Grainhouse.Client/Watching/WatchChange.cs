namespace Grainhouse.Client;

/// <summary>What a change did to an object.</summary>
public enum WatchChangeType
{
    /// <summary>It is new, or is selected from now on.</summary>
    Added = 0,

    /// <summary>It was changed.</summary>
    Modified = 1,

    /// <summary>It is gone, or is no longer selected.</summary>
    Deleted = 2,

    /// <summary>Nothing changed: the watch has come so far. Only where bookmarks are asked for.</summary>
    Bookmark = 3,
}

/// <summary>One change.</summary>
/// <param name="Type">What happened.</param>
/// <param name="Object">The new state; the last state of what was deleted; of a bookmark only metadata.</param>
/// <param name="ResourceVersion">Watch from here to see every later change.</param>
public sealed record WatchChange<T>(WatchChangeType Type, T Object, string ResourceVersion);
