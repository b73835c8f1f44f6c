using System.Collections.Immutable;
using Grainhouse.Interfaces.Objects;

namespace Grainhouse.Interfaces.Storage;

/// <summary>What a change did to an object.</summary>
public enum ChangeKind
{
    /// <summary>It was created.</summary>
    Added = 0,

    /// <summary>It was replaced.</summary>
    Modified = 1,

    /// <summary>It was deleted.</summary>
    Deleted = 2,
}

/// <summary>One change of one object.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Object">The new state; of a deletion the last state, with the revision of the deletion.</param>
/// <param name="Previous">The state before; null for a creation.</param>
public sealed record ObjectChange(ChangeKind Kind, KubeObject Object, KubeObject? Previous);

/// <summary>The silo's copy of all objects, fed by the store's change feed. LIST, WATCH and reconcilers read it.</summary>
/// <remarks>
/// Each document is decoded at most once. A snapshot is immutable and is taken in constant time.
/// Internal keys (those that start with <c>_</c>) are not in it.
/// </remarks>
public interface IObjectCache
{
    /// <summary>The newest revision that the cache shows.</summary>
    long Revision { get; }

    /// <summary>Completes when the cache shows <paramref name="revision"/> or a newer one.</summary>
    ValueTask WaitForAsync(long revision, CancellationToken cancellationToken = default);

    /// <summary>Learns the store's newest revision and waits until the cache shows it: what a consistent read needs.</summary>
    ValueTask<long> CatchUpAsync(CancellationToken cancellationToken = default);

    /// <summary>One object; null if there is none.</summary>
    KubeObject? Get(ObjectKey key);

    /// <summary>A snapshot of a resource's objects in key order, of one namespace or (null) of all.</summary>
    ObjectList List(string resource, string? @namespace = null);

    /// <summary>The objects that name this uid in their owner references, in no particular order.</summary>
    ImmutableArray<KubeObject> OwnedBy(string uid);

    /// <summary>The pods bound to a node, in no particular order.</summary>
    ImmutableArray<KubeObject> PodsOnNode(string node);

    /// <summary>Follows the changes after a revision, in order, until cancelled.</summary>
    /// <param name="after">Only changes with a greater revision.</param>
    /// <param name="resource">Only this resource; null for all.</param>
    /// <param name="namespace">Only this namespace; null for all.</param>
    /// <param name="cancellationToken">Ends the stream.</param>
    /// <remarks>
    /// A batch is as committed and may be empty: an empty batch only says that <see cref="ChangeBatch.Revision"/> was reached
    /// without a change for this reader (what a bookmark needs).
    /// </remarks>
    /// <exception cref="RevisionCompactedException"><paramref name="after"/> is older than the history that is kept.</exception>
    IAsyncEnumerable<ChangeBatch> WatchAsync(long after, string? resource, string? @namespace, CancellationToken cancellationToken = default);
}

/// <summary>Objects of one snapshot.</summary>
/// <param name="Revision">The revision of the snapshot.</param>
/// <param name="Items">The objects, in key order.</param>
public sealed record ObjectList(long Revision, IReadOnlyCollection<KubeObject> Items);

/// <summary>Changes that were committed together.</summary>
/// <param name="Revision">The newest revision covered.</param>
/// <param name="Changes">The changes, in order.</param>
public readonly record struct ChangeBatch(long Revision, ImmutableArray<ObjectChange> Changes);
