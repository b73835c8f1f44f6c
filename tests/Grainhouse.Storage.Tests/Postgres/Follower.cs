using Grainhouse.Interfaces.Storage;

namespace Grainhouse.Storage.Tests.Postgres;

/// <summary>Collects what a store's change feed tells from its first revision on.</summary>
internal sealed class Follower : IAsyncDisposable
{
    private readonly CancellationTokenSource stop = new();
    private readonly Lock gate = new();
    private readonly List<StoreChange> seen = [];
    private readonly Task following;
    private TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Follower(IObjectStore store) => following = Task.Run(() => FollowAsync(store));

    /// <summary>What was told once it reached a revision.</summary>
    public async Task<List<StoreChange>> UpToAsync(long revision)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            Task next;
            lock (gate)
            {
                if (revision == 0 || (seen.Count > 0 && seen[^1].Revision >= revision))
                {
                    return [.. seen.TakeWhile(change => change.Revision <= revision)];
                }

                next = changed.Task;
            }

            await next.WaitAsync(limit.Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => following);
        stop.Dispose();
    }

    private async Task FollowAsync(IObjectStore store)
    {
        await foreach (var batch in store.ChangesAsync(0, stop.Token))
        {
            TaskCompletionSource woken;
            lock (gate)
            {
                seen.AddRange(batch);
                (woken, changed) = (changed, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
            }

            woken.SetResult();
        }
    }
}
