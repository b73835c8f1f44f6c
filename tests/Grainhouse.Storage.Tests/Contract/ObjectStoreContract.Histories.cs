using System.Collections.Immutable;
using Grainhouse.Interfaces.Storage;
using Grainhouse.Testing.Facts;

namespace Grainhouse.Storage.Tests.Contract;

public abstract partial class ObjectStoreContract<TStore>
{
    /// <summary>How many random histories a run tries.</summary>
    protected virtual int Histories => 40;

    [ContractFact]
    public Task History_RandomWriters_FeedAndScansAgreeWithTheModel() => Seeds.CheckAsync(Histories, CheckHistoryAsync);

    /// <summary>Several writers at once against a follower; then every revision is scanned and compared with what the feed says.</summary>
    private async Task CheckHistoryAsync(int seed)
    {
        var prefix = $"h{seed}/";
        var start = await Store.ReadRevisionAsync();
        var writers = Enumerable.Range(0, 1 + (seed % 6)).Select(index => RandomWriterAsync(prefix, new Random(HashCode.Combine(seed, index)))).ToArray();
        var committed = (await Task.WhenAll(writers)).SelectMany(writes => writes).OrderBy(write => write.Revision).ToArray();
        var last = committed.LastOrDefault()?.Revision ?? start;

        var changes = committed.Length == 0 ? [] : await FollowAsync(start, committed.Length);

        Assert.Equal(committed.Select(write => (write.Revision, write.Key)), changes.Select(change => (change.Revision, change.Key)));
        await CheckModelAsync(prefix, changes, new Random(seed));
        Assert.Equal(last, await Store.ReadRevisionAsync());
    }

    private async Task CheckModelAsync(string prefix, List<StoreChange> changes, Random random)
    {
        var model = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var revisions = new Dictionary<string, long>();
        foreach (var change in changes)
        {
            Assert.Equal(revisions.GetValueOrDefault(change.Key), change.PreviousRevision);
            if (change.Document is { } document)
            {
                model[change.Key] = $"{change.Key}={Text(document)}@{change.Revision}";
                revisions[change.Key] = change.Revision;
            }
            else
            {
                model.Remove(change.Key);
                revisions.Remove(change.Key);
            }

            if (random.Next(8) == 0)
            {
                Assert.Equal(string.Join(' ', model.Values), await ScanTextAsync(prefix, change.Revision, random.Next(4)));
            }
        }

        Assert.Equal(string.Join(' ', model.Values), await ScanTextAsync(prefix));
    }

    private async Task<List<Committed>> RandomWriterAsync(string prefix, Random random)
    {
        var committed = new List<Committed>();
        var known = new Dictionary<string, long>();
        for (var round = 0; round < 15; round++)
        {
            var writes = Enumerable.Range(0, random.Next(1, 4)).Select(_ => RandomWrite(prefix, known, random)).ToImmutableArray();
            var outcomes = await Store.CommitAsync(writes);
            for (var index = 0; index < writes.Length; index++)
            {
                known[writes[index].Key] = writes[index].Document is null && outcomes[index].Committed ? 0 : outcomes[index].Revision;
                if (outcomes[index].Committed)
                {
                    committed.Add(new Committed(writes[index].Key, outcomes[index].Revision));
                }
            }
        }

        return committed;
    }

    private static StoreWrite RandomWrite(string prefix, Dictionary<string, long> known, Random random)
    {
        var key = $"{prefix}{random.Next(6)}";
        var expected = known.GetValueOrDefault(key);
        return random.Next(4) == 0 ? Delete(key, expected) : Put(key, expected, random.Next(1_000_000).ToString());
    }

    private sealed record Committed(string Key, long Revision);
}
