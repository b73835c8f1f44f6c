using System.Collections.Immutable;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Interfaces.Storage;

namespace Grainhouse.Storage.Cache;

/// <summary>Makes of the log's changes what watches see.</summary>
internal static class LoggedChanges
{
    /// <summary>The changes of objects that a watch asked for.</summary>
    public static ImmutableArray<ObjectChange> ToObjectChanges(ImmutableArray<LoggedChange> logged, WatchScope scope)
    {
        var changes = ImmutableArray.CreateBuilder<ObjectChange>(logged.Length);
        foreach (var entry in logged)
        {
            if (!KeyPool.NamesObject(entry.Change.Key))
            {
                continue;
            }

            var key = ObjectKey.Parse(entry.Change.Key);
            if (scope.Namespace is null || scope.Namespace == key.Namespace)
            {
                changes.Add(ToObjectChange(key, entry));
            }
        }

        return changes.DrainToImmutable();
    }

    private static ObjectChange ToObjectChange(ObjectKey key, LoggedChange entry)
    {
        var (change, before) = entry;
        var previous = before is { } bytes ? new KubeObject(key, change.PreviousRevision, bytes) : null;
        return (change.Document, previous) switch
        {
            ({ } document, null) => new ObjectChange(ChangeKind.Added, new KubeObject(key, change.Revision, document), null),
            ({ } document, _) => new ObjectChange(ChangeKind.Modified, new KubeObject(key, change.Revision, document), previous),
            (null, { } last) => new ObjectChange(ChangeKind.Deleted, last.WithRevision(change.Revision), last),
            _ => throw new System.Diagnostics.UnreachableException($"The deletion of {key} at revision {change.Revision} has no state before it."),
        };
    }
}
