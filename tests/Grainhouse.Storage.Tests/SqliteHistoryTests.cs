using System.Text;
using Grainhouse.Interfaces.Storage;
using Microsoft.Extensions.Time.Testing;

namespace Grainhouse.Storage.Tests;

public sealed class SqliteHistoryTests : IDisposable
{
    private readonly TempDirectory directory = new();
    private readonly FakeTimeProvider time = new(DateTimeOffset.UnixEpoch.AddDays(20_000));

    public void Dispose() => directory.Dispose();

    [Fact]
    public async Task Window_PastCountAndAge_IsCompactedAndTellsSo()
    {
        await using var store = await OpenAsync(new() { HistoryMinRevisions = 100, HistoryMinAge = TimeSpan.FromMinutes(10) });
        await WriteAsync(store, 500);
        time.Advance(TimeSpan.FromMinutes(11));
        await WriteAsync(store, 500);

        Assert.InRange(store.OldestRevision, 300, 900);
        var gone = await Assert.ThrowsAsync<RevisionCompactedException>(() => store.ScanAsync("", at: store.OldestRevision - 1));
        Assert.Equal(store.OldestRevision, gone.Oldest);
        await Assert.ThrowsAsync<RevisionCompactedException>(async () => await store.ChangesAsync(store.OldestRevision - 1).GetAsyncEnumerator().MoveNextAsync());
    }

    [Fact]
    public async Task Window_YoungerThanTheAge_IsKeptHoweverManyRevisions()
    {
        await using var store = await OpenAsync(new() { HistoryMinRevisions = 10, HistoryMinAge = TimeSpan.FromMinutes(10) });
        await WriteAsync(store, 1_500);

        Assert.Equal(0, store.OldestRevision);
    }

    [Fact]
    public async Task Window_LargerThanTheBytes_IsCompactedHoweverYoung()
    {
        await using var store = await OpenAsync(new() { HistoryMaxBytes = 2_000 });
        await WriteAsync(store, 1_000);

        Assert.InRange(store.OldestRevision, 500, 999);
    }

    [Fact]
    public async Task Compaction_KeepsEveryStateInTheWindowAndItsChanges()
    {
        await using var store = await OpenAsync(new() { HistoryMinRevisions = 50, HistoryMinAge = TimeSpan.Zero });
        await WriteAsync(store, 1_000);
        var oldest = store.OldestRevision;
        Assert.True(oldest > 0);

        var state = (await store.ScanAsync("", at: oldest)).Items.ToDictionary(item => item.Key, item => item.Revision);
        var page = await store.ReadHistoryAsync("", oldest, long.MaxValue, 10_000);
        foreach (var (change, before) in page.Changes)
        {
            Assert.Equal(state.GetValueOrDefault(change.Key), change.PreviousRevision);
            Assert.Equal(change.PreviousRevision > 0, before is not null);
            state[change.Key] = change.Document is null ? 0 : change.Revision;
        }

        var now = (await store.ScanAsync("")).Items.ToDictionary(item => item.Key, item => item.Revision);
        Assert.Equal(now, state.Where(pair => pair.Value > 0).ToDictionary());
    }

    [Fact]
    public async Task Reopen_AfterEverythingWasDeletedAndCompacted_GoesOnWithHigherRevisions()
    {
        var options = new StorageOptions { Path = directory.File("store.db"), HistoryMinRevisions = 1, HistoryMinAge = TimeSpan.Zero };
        long last;
        long oldest;
        await using (var store = await OpenAsync(options))
        {
            await WriteAsync(store, 1_000);
            (last, oldest) = (await store.ReadRevisionAsync(), store.OldestRevision);
        }

        await using var again = await OpenAsync(options);

        Assert.Equal((last, oldest), (await again.ReadRevisionAsync(), again.OldestRevision));
        Assert.True((await again.CommitAsync([new StoreWrite("new", 0, new byte[1])]))[0].Revision > last);
    }

    [Fact]
    public async Task Reader_ThatNeverReads_DoesNotBlockWritersAndFindsEverythingInTheLog()
    {
        await using var store = await OpenAsync(new());
        await using var reader = store.ChangesAsync(0).GetAsyncEnumerator();
        var first = reader.MoveNextAsync();
        await WriteAsync(store, 6_000);

        var seen = new List<long>();
        await first;
        do
        {
            seen.AddRange(reader.Current.Select(change => change.Revision));
        }
        while (seen.Count < 6_000 && await reader.MoveNextAsync());

        Assert.Equal(Enumerable.Range(1, 6_000).Select(revision => (long)revision), seen);
    }

    private async Task<SqliteObjectStore> OpenAsync(StorageOptions options)
    {
        options.Path = directory.File("store.db");
        var store = new SqliteObjectStore(options, time);
        await store.OpenAsync();
        return store;
    }

    // Ten keys in turn: made, replaced, deleted, made again; one transaction each.
    private static async Task WriteAsync(SqliteObjectStore store, int count)
    {
        for (var index = 0; index < count; index++)
        {
            var key = $"k/{index % 10}";
            var current = await store.ReadAsync(key);
            var delete = current is not null && index % 7 == 0;
            await store.CommitAsync([CacheFixture.Write(key, current?.Revision ?? 0, delete ? null : Encoding.UTF8.GetBytes($"{index,6}"))]);
        }
    }
}
