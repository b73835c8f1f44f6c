using System.Collections.Immutable;
using Grainhouse.Interfaces.Storage;

namespace Grainhouse.Storage.Cache;

/// <summary>A batch as all watches share it: split by resource once, however many read it.</summary>
internal sealed class CachedBatch
{
    private readonly Dictionary<string, ImmutableArray<ObjectChange>>? byResource;

    public CachedBatch(long previousRevision, long revision, ImmutableArray<ObjectChange> changes, long bytes)
    {
        PreviousRevision = previousRevision;
        Revision = revision;
        Changes = changes;
        Bytes = bytes;
        byResource = Split(changes);
    }

    /// <summary>The revision before the batch.</summary>
    public long PreviousRevision { get; }

    /// <summary>The newest revision of the batch, internal keys included.</summary>
    public long Revision { get; }

    /// <summary>All changes of objects.</summary>
    public ImmutableArray<ObjectChange> Changes { get; }

    /// <summary>The size of its documents.</summary>
    public long Bytes { get; }

    /// <summary>The changes that a watch asked for, after a revision.</summary>
    public ImmutableArray<ObjectChange> For(WatchScope scope, long after)
    {
        var changes = scope.Resource is null ? Changes : OfResource(scope.Resource);
        if (changes.IsEmpty || (scope.Namespace is null && after <= PreviousRevision))
        {
            return changes;
        }

        var wanted = ImmutableArray.CreateBuilder<ObjectChange>();
        foreach (var change in changes)
        {
            if (change.Object.Revision > after && (scope.Namespace is null || change.Object.Key.Namespace == scope.Namespace))
            {
                wanted.Add(change);
            }
        }

        return wanted.DrainToImmutable();
    }

    private ImmutableArray<ObjectChange> OfResource(string resource) => byResource is not null
        ? byResource.GetValueOrDefault(resource, [])
        : Changes.Length > 0 && Changes[0].Object.Key.Resource == resource ? Changes : [];

    private static Dictionary<string, ImmutableArray<ObjectChange>>? Split(ImmutableArray<ObjectChange> changes)
    {
        var isMixed = false;
        foreach (var change in changes)
        {
            isMixed |= !ReferenceEquals(change.Object.Key.Resource, changes[0].Object.Key.Resource);
        }

        return isMixed
            ? changes.GroupBy(change => change.Object.Key.Resource, StringComparer.Ordinal)
                .ToDictionary(group => group.Key, group => group.ToImmutableArray(), StringComparer.Ordinal)
            : null;
    }
}
