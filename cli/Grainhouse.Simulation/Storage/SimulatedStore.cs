using System.Collections.Immutable;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Interfaces.Storage;

namespace Grainhouse.Simulation.Storage;

/// <summary>A committed write, with the object as every silo decodes it, once for all of them.</summary>
/// <param name="Change">What the change feed tells.</param>
/// <param name="Object">The change of an object; null for an internal key.</param>
internal sealed record LoggedChange(StoreChange Change, ObjectChange? Object);

/// <summary>The store with the semantics of <see cref="IObjectStore"/>: expected revisions, one sequence, commit order, all history.</summary>
internal sealed class SimulatedStore(StoreFlaws flaws)
{
    private readonly Dictionary<string, KubeObject> objects = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Dictionary<string, KubeObject>> byResource = new(StringComparer.Ordinal);
    private readonly Dictionary<string, StoredDocument> documents = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ObjectKey> keys = new(StringComparer.Ordinal);

    /// <summary>All that was ever committed, in order.</summary>
    public List<LoggedChange> Log { get; } = [];

    /// <summary>The newest revision.</summary>
    public long Revision { get; private set; }

    /// <summary>Told of each commit, after it.</summary>
    public Action<LoggedChange> Committed { get; set; } = static _ => { };

    /// <summary>Told of each grant: a key, and the revision that its writer expected.</summary>
    public Action<string, long> Granted { get; set; } = static (_, _) => { };

    /// <summary>Told when a round of commits is over.</summary>
    public Action Flushed { get; set; } = static () => { };

    /// <summary>The objects that there are, by key.</summary>
    public IReadOnlyDictionary<string, KubeObject> Objects => objects;

    /// <summary>The objects of a resource.</summary>
    public IEnumerable<KubeObject> Of(string resource) => byResource.TryGetValue(resource, out var some) ? some.Values : [];

    /// <summary>Reads a key.</summary>
    public StoredDocument? Read(string key) => documents.GetValueOrDefault(key);

    /// <summary>Commits what is not stale.</summary>
    public ImmutableArray<WriteOutcome> Commit(ImmutableArray<StoreWrite> writes)
    {
        var outcomes = ImmutableArray.CreateBuilder<WriteOutcome>(writes.Length);
        foreach (var write in writes)
        {
            outcomes.Add(Commit(flaws.Alter(write)));
        }

        Flushed();
        return outcomes.ToImmutable();
    }

    private WriteOutcome Commit(StoreWrite write)
    {
        var current = documents.GetValueOrDefault(write.Key)?.Revision ?? 0;
        if (current != write.ExpectedRevision && !flaws.IgnoresExpectation(write))
        {
            return new WriteOutcome(Committed: false, current);
        }

        Granted(write.Key, write.ExpectedRevision);
        if (write.Document is null && current == 0)
        {
            return new WriteOutcome(Committed: true, Revision);
        }

        if (flaws.AcknowledgesWithoutCommit(write))
        {
            return new WriteOutcome(Committed: true, Revision + 1);
        }

        Revision += flaws.ReusesRevision(write) ? 0 : 1;
        var change = new StoreChange(write.Key, Revision, write.Document, current);
        var logged = new LoggedChange(change, write.Key.StartsWith('_') ? null : Decode(change));
        if (write.Document is { } document)
        {
            documents[write.Key] = new StoredDocument(write.Key, Revision, document);
        }
        else
        {
            documents.Remove(write.Key);
        }

        Log.Add(logged);
        Committed(logged);
        return new WriteOutcome(Committed: true, Revision);
    }

    private ObjectChange Decode(StoreChange change)
    {
        if (!keys.TryGetValue(change.Key, out var key))
        {
            keys[change.Key] = key = ObjectKey.Parse(change.Key);
        }

        var previous = objects.GetValueOrDefault(change.Key);
        if (change.Document is not { } document)
        {
            objects.Remove(change.Key);
            byResource[key.Resource].Remove(change.Key);
            return new ObjectChange(ChangeKind.Deleted, previous!.WithRevision(change.Revision), previous);
        }

        var item = new KubeObject(key, change.Revision, document);
        objects[change.Key] = item;
        if (!byResource.TryGetValue(key.Resource, out var some))
        {
            byResource[key.Resource] = some = new Dictionary<string, KubeObject>(StringComparer.Ordinal);
        }

        some[change.Key] = item;
        return new ObjectChange(previous is null ? ChangeKind.Added : ChangeKind.Modified, item, previous);
    }
}
