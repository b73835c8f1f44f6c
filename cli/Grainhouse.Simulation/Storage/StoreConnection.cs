using System.Collections.Immutable;
using Grainhouse.Interfaces.Storage;
using Grainhouse.Simulation.Engine;

namespace Grainhouse.Simulation.Storage;

/// <summary>A silo's connection to the store: slow, at times cut, and at times its answers are lost while the commit stands.</summary>
internal sealed class StoreConnection(SimulatedStore store, Network network) : IObjectStore
{
    /// <summary>Whether the store refuses commits.</summary>
    public bool IsAway { get; set; }

    /// <summary>Whether the silo was declared dead: the store takes nothing more from it.</summary>
    public bool IsClosed { get; set; }

    /// <summary>How often the answer to a commit is lost.</summary>
    public double LostAnswers { get; set; }

    public long OldestRevision => 0;

    public Task<ImmutableArray<WriteOutcome>> CommitAsync(ImmutableArray<StoreWrite> writes, CancellationToken cancellationToken = default)
    {
        var answer = new TaskCompletionSource<ImmutableArray<WriteOutcome>>(TaskCreationOptions.RunContinuationsAsynchronously);
        network.Carry(network.StoreLatency(), () =>
        {
            if (IsAway || IsClosed)
            {
                network.Carry(network.StoreLatency(), () => answer.TrySetException(new StoreUnavailableException("the simulated store is away")));
                return;
            }

            var outcomes = store.Commit(writes);
            if (network.Chance(LostAnswers))
            {
                network.Carry(TimeSpan.FromSeconds(2), () => answer.TrySetException(new TimeoutException("the answer to a commit was lost")));
                return;
            }

            network.Carry(network.StoreLatency(), () => answer.TrySetResult(outcomes));
        });
        return answer.Task;
    }

    public async ValueTask<StoredDocument?> ReadAsync(string key, CancellationToken cancellationToken = default) =>
        await AskAsync(() => store.Read(key));

    public async ValueTask<long> ReadRevisionAsync(CancellationToken cancellationToken = default) => await AskAsync(() => store.Revision);

    public Task<ScanPage> ScanAsync(string prefix, long? at = null, string? after = null, int limit = 0, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException("Grains read the cache.");

    public IAsyncEnumerable<ImmutableArray<StoreChange>> ChangesAsync(long after, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException("Only the cache follows the store.");

    private Task<T> AskAsync<T>(Func<T> read)
    {
        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        network.Carry(network.StoreLatency(), () =>
        {
            var value = read();
            network.Carry(network.StoreLatency(), () => answer.TrySetResult(value));
        });
        return answer.Task;
    }
}
