using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Grainhouse.Interfaces.Storage;

namespace Grainhouse.Storage.Postgres;

/// <summary>The writes of several requests, as the commit function takes them: an array a column.</summary>
internal sealed class CommitGroup
{
    // Bounds of one transaction, so that one caller's wait is bounded however many others there are.
    private const int MaxWrites = 1_024;
    private const long MaxBytes = 8 << 20;

    private readonly List<CommitRequest> requests = [];
    private readonly List<StoreWrite> writes = [];
    private long bytes;

    /// <summary>Whether no more should be added.</summary>
    public bool IsFull => writes.Count >= MaxWrites || bytes >= MaxBytes;

    /// <summary>The requests, in the order in which they are applied.</summary>
    public IReadOnlyList<CommitRequest> Requests => requests;

    /// <summary>Adds a request.</summary>
    public void Add(CommitRequest request)
    {
        requests.Add(request);
        foreach (var write in request.Writes)
        {
            writes.Add(write);
            bytes += write.Document?.Length ?? 0;
        }
    }

    /// <summary>The group's columns.</summary>
    public CommitColumns ToColumns()
    {
        var columns = new CommitColumns(writes.Count);
        var places = new Dictionary<string, int>(writes.Count, StringComparer.Ordinal);
        for (var index = 0; index < writes.Count; index++)
        {
            var (key, expected, document) = (writes[index].Key, writes[index].ExpectedRevision, writes[index].Document);
            columns.Keys[index] = key;
            columns.Slots[index] = places.TryGetValue(key, out var first) ? first : places[key] = index + 1;
            columns.Expected[index] = expected;
            columns.Deletes[index] = document is null;
            columns.Sizes[index] = document?.Length ?? 0;
            columns.Documents[index] = document is { } bytes ? Array(bytes) : null;
        }

        return columns;
    }

    /// <summary>The committed changes, in order, by the function's answer.</summary>
    public ImmutableArray<StoreChange> Changes(long[] answer)
    {
        var changes = ImmutableArray.CreateBuilder<StoreChange>(answer.Length);
        for (var index = 0; index < answer.Length; index++)
        {
            if (answer[index] > 0)
            {
                // What it replaced is what it expected: that is why it was committed.
                changes.Add(new StoreChange(writes[index].Key, answer[index], writes[index].Document, writes[index].ExpectedRevision));
            }
        }

        return changes.DrainToImmutable();
    }

    /// <summary>Answers every request.</summary>
    public void Complete(long[] answer)
    {
        var next = 0;
        foreach (var request in requests)
        {
            var outcomes = new WriteOutcome[request.Writes.Length];
            for (var index = 0; index < outcomes.Length; index++, next++)
            {
                outcomes[index] = answer[next] > 0 ? new WriteOutcome(true, answer[next]) : new WriteOutcome(false, -1 - answer[next]);
            }

            request.TrySetResult(ImmutableCollectionsMarshal.AsImmutableArray(outcomes));
        }
    }

    /// <summary>Tells every request that nothing of it happened.</summary>
    public void Fail(StoreUnavailableException error)
    {
        foreach (var request in requests)
        {
            request.TrySetException(error);
        }
    }

    /// <summary>Ends every wait without an answer: the commit may have happened.</summary>
    public void Abandon()
    {
        foreach (var request in requests)
        {
            request.TrySetCanceled();
        }
    }

    // Documents are whole arrays nearly always, and then are sent as they are.
    private static byte[] Array(ReadOnlyMemory<byte> document) =>
        MemoryMarshal.TryGetArray(document, out var segment) && segment.Array is { } whole && whole.Length == document.Length ? whole : document.ToArray();
}

/// <summary>The arguments of the commit function that go by write.</summary>
internal sealed class CommitColumns(int count)
{
    /// <summary>The keys.</summary>
    public string[] Keys { get; } = new string[count];

    /// <summary>For each write the first place, from 1, that has its key.</summary>
    public int[] Slots { get; } = new int[count];

    /// <summary>The expected revisions.</summary>
    public long[] Expected { get; } = new long[count];

    /// <summary>Which writes delete.</summary>
    public bool[] Deletes { get; } = new bool[count];

    /// <summary>The documents' bytes.</summary>
    public int[] Sizes { get; } = new int[count];

    /// <summary>The documents; null for a deletion.</summary>
    public byte[]?[] Documents { get; } = new byte[count][];
}
