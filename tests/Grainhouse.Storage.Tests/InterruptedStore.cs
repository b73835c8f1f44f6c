using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Grainhouse.Interfaces.Storage;

namespace Grainhouse.Storage.Tests;

/// <summary>A store whose change feed breaks off when the test says so.</summary>
public sealed class InterruptedStore(SqliteObjectStore store) : IObjectStore
{
    private TaskCompletionSource<Exception> interruption = new();

    public long OldestRevision => store.OldestRevision;

    /// <summary>Completes when the feed is being read again after an interruption.</summary>
    public TaskCompletionSource Resumed { get; private set; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends the feed, or the next one that is opened, with an error.</summary>
    public void Interrupt(Exception error) => interruption.SetResult(error);

    public Task<ImmutableArray<WriteOutcome>> CommitAsync(ImmutableArray<StoreWrite> writes, CancellationToken cancellationToken = default) => store.CommitAsync(writes, cancellationToken);

    public ValueTask<StoredDocument?> ReadAsync(string key, CancellationToken cancellationToken = default) => store.ReadAsync(key, cancellationToken);

    public Task<ScanPage> ScanAsync(string prefix, long? at = null, string? after = null, int limit = 0, CancellationToken cancellationToken = default) =>
        store.ScanAsync(prefix, at, after, limit, cancellationToken);

    public ValueTask<long> ReadRevisionAsync(CancellationToken cancellationToken = default) => store.ReadRevisionAsync(cancellationToken);

    public async IAsyncEnumerable<ImmutableArray<StoreChange>> ChangesAsync(long after, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await using var changes = store.ChangesAsync(after, ended.Token).GetAsyncEnumerator(CancellationToken.None);
        while (true)
        {
            var next = changes.MoveNextAsync().AsTask();
            if (await Task.WhenAny(next, interruption.Task) != next)
            {
                var error = await interruption.Task;
                await ended.CancelAsync();
                await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next);
                interruption = new TaskCompletionSource<Exception>();
                Resumed.TrySetResult();
                throw error;
            }

            await next;
            yield return changes.Current;
        }
    }
}
