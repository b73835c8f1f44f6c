using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Grainhouse.Interfaces.Storage;
using Grainhouse.Storage.Backups;
using Grainhouse.Testing.Facts;
using Grainhouse.Testing.Postgres;

namespace Grainhouse.Storage.Tests.Backups;

/// <summary>Backup of a store of one kind and restore into one of the same or of the other.</summary>
public abstract class BackupTests<TFrom, TTo> : IAsyncLifetime
    where TFrom : TestStore, new()
    where TTo : TestStore, new()
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);

    private readonly TFrom from = new();
    private readonly TTo to = new();

    private IObjectStore store = null!;

    public async Task InitializeAsync() => store = await from.OpenAsync();

    public async Task DisposeAsync()
    {
        await from.DisposeAsync();
        await to.DisposeAsync();
    }

    [ContractFact]
    public async Task Restore_OfABackup_HoldsTheSameDocumentsAboveAllRevisions()
    {
        await PutAsync("configmaps/default/b", "{\"b\":1}");
        await PutAsync("configmaps/default/a", "{\"a\":1}");
        await PutAsync("_grains/x/y", "no json");
        await PutAsync("configmaps/default/gone", "{}");
        await store.CommitAsync([StoreWrite.Deletion("configmaps/default/gone", 4)]);
        var backup = await BackUpAsync();

        var revision = await RestoreAsync(backup);

        var restored = await to.OpenAsync();
        var page = await restored.ScanAsync("");
        Assert.Equal(["_grains/x/y=no json", "configmaps/default/a={\"a\":1}", "configmaps/default/b={\"b\":1}"], Texts(page.Items));
        Assert.Equal(revision, await restored.ReadRevisionAsync());
        Assert.Equal(revision, page.Revision);
        Assert.All(page.Items, item => Assert.InRange(item.Revision, 1_000_000_005, revision));
        Assert.Equal(3, page.Items.Select(item => item.Revision).Distinct().Count());
    }

    [ContractFact]
    public async Task Restored_Store_TakesWritesAndCompacts()
    {
        await PutAsync("a", "1");
        await PutAsync("b", "1");
        var revision = await RestoreAsync(await BackUpAsync());

        var restored = await to.OpenAsync();
        var first = (await restored.ReadAsync("a"))!;
        var stale = (await restored.CommitAsync([new StoreWrite("a", 1, "2"u8.ToArray())]))[0];
        var written = (await restored.CommitAsync([new StoreWrite("a", first.Revision, "2"u8.ToArray()), new StoreWrite("c", 0, "1"u8.ToArray())]))[0];

        Assert.Equal(new WriteOutcome(false, first.Revision), stale);
        Assert.Equal(new WriteOutcome(true, revision + 1), written);
        Assert.Equal(["a=1", "b=1"], Texts((await restored.ScanAsync("", revision)).Items));
        Assert.Equal(["a=2", "b=1", "c=1"], Texts((await (restored = await to.OpenAsync()).ScanAsync("")).Items));
        Assert.Equal(revision + 2, await restored.ReadRevisionAsync());
    }

    [ContractFact]
    public async Task Watch_FromBeforeTheRestore_IsExpired()
    {
        await PutAsync("a", "1");
        var backup = await BackUpAsync();
        await PutAsync("lost", "1");
        var seen = await store.ReadRevisionAsync();

        var revision = await RestoreAsync(backup);

        var restored = await to.OpenAsync();
        foreach (var before in (long[])[0, 1, seen, revision - 1])
        {
            await Assert.ThrowsAsync<RevisionCompactedException>(async () => await restored.ChangesAsync(before).FirstAsync());
        }

        await restored.CommitAsync([new StoreWrite("new", 0, "1"u8.ToArray())]);
        Assert.Equal("new", (await restored.ChangesAsync(revision).FirstAsync())[0].Key);
    }

    [ContractFact]
    public async Task Restore_IntoAStoreThatIsNotEmpty_NeedsToBeTold()
    {
        await PutAsync("a", "backup");
        var backup = await BackUpAsync();
        var target = await to.OpenAsync();
        foreach (var key in (string[])["a", "b"])
        {
            await target.CommitAsync([new StoreWrite(key, 0, "target"u8.ToArray())]);
        }

        await to.CloseAsync();

        var refused = await Assert.ThrowsAsync<StorageStartException>(() => RestoreAsync(backup));
        Assert.Contains("is not empty", refused.Message, StringComparison.Ordinal);
        Assert.Equal(["a=target", "b=target"], Texts((await (await to.OpenAsync()).ScanAsync("")).Items));

        await to.CloseAsync();
        await RestoreAsync(backup, replace: true);
        Assert.Equal(["a=backup"], Texts((await (await to.OpenAsync()).ScanAsync("")).Items));
    }

    [ContractFact]
    public async Task Restore_AgainAndAgain_GoesOnAboveTheTargetsOwnRevisions()
    {
        await PutAsync("a", "1");
        var backup = await BackUpAsync();

        var first = await RestoreAsync(backup);
        var second = await RestoreAsync(backup, replace: true);

        Assert.InRange(second, first + 1, first + 10);
        Assert.Equal(second, (await (await to.OpenAsync()).ReadAsync("a"))!.Revision);
    }

    [ContractFact]
    public async Task Restore_IntoAStoreInUse_IsRefused()
    {
        await PutAsync("a", "backup");
        var backup = await BackUpAsync();
        var target = await to.OpenAsync();
        await target.CommitAsync([new StoreWrite("a", 0, "target"u8.ToArray())]);

        await Assert.ThrowsAsync<StorageStartException>(() => RestoreAsync(backup, replace: true));

        Assert.Equal(["a=target"], Texts((await target.ScanAsync("")).Items));
        Assert.True((await target.CommitAsync([new StoreWrite("b", 0, "target"u8.ToArray())]))[0].Committed);
    }

    [ContractFact]
    public async Task Restore_OfADamagedBackup_ChangesNothing()
    {
        for (var number = 0; number < 300; number++)
        {
            await PutAsync($"{number}", $"{{\"padding\":\"{Guid.NewGuid()}\"}}");
        }

        var backup = await BackUpAsync();
        await (await to.OpenAsync()).CommitAsync([new StoreWrite("a", 0, "target"u8.ToArray())]);
        await to.CloseAsync();
        var altered = backup.ToArray();
        altered[backup.Length / 2] ^= 1;

        await Assert.ThrowsAsync<BackupFormatException>(() => RestoreAsync(backup[..(backup.Length / 2)], replace: true));
        await Assert.ThrowsAsync<BackupFormatException>(() => RestoreAsync(altered, replace: true));

        Assert.Equal(["a=target"], Texts((await (await to.OpenAsync()).ScanAsync("")).Items));
    }

    [ContractFact]
    public async Task Restore_CutOffInTheMiddle_ChangesNothing()
    {
        for (var number = 0; number < 300; number++)
        {
            await PutAsync($"{number}", "{}");
        }

        var backup = await BackUpAsync();
        await (await to.OpenAsync()).CommitAsync([new StoreWrite("a", 0, "target"u8.ToArray())]);
        await to.CloseAsync();

        // Whole when it is checked, gone when it is read again.
        var target = await to.OptionsAsync();
        await Assert.ThrowsAsync<BackupFormatException>(() => StoreBackup.RestoreAsync(new VanishingStream(backup), target, replace: true, TimeProvider.System));

        Assert.Equal(["a=target"], Texts((await (await to.OpenAsync()).ScanAsync("")).Items));
    }

    [ContractFact]
    public async Task Backup_WhileManyWrite_IsTheStateAtItsRevision()
    {
        var history = new ConcurrentQueue<StoreChange>();
        using var stop = new CancellationTokenSource();
        using var bound = new CancellationTokenSource(Bound);
        var writers = Enumerable.Range(0, 16).Select(writer => Task.Run(() => ChurnAsync(writer, history, stop.Token))).ToArray();
        while (history.Count < 2_000)
        {
            await Task.Delay(5, bound.Token);
        }

        var during = history.Count;
        var backup = await BackUpAsync();
        while (history.Count < during + 500)
        {
            await Task.Delay(5, bound.Token);
        }

        await stop.CancelAsync();
        await Task.WhenAll(writers);

        var taken = (await StoreBackup.CheckAsync(new MemoryStream(backup))).Header.Revision;
        Assert.InRange(taken, during, history.Max(change => change.Revision) - 1);
        var expected = history.Where(change => change.Revision <= taken)
            .GroupBy(change => change.Key)
            .Select(changes => changes.MaxBy(change => change.Revision)!)
            .Where(change => change.Document is not null)
            .OrderBy(change => change.Key, StringComparer.Ordinal)
            .Select(change => $"{change.Key}={Encoding.UTF8.GetString(change.Document!.Value.Span)}")
            .ToList();

        await RestoreAsync(backup);
        Assert.Equal(expected, Texts((await (await to.OpenAsync()).ScanAsync("")).Items));
    }

    // Creates, changes and deletes 40 documents of its own, and notes what was acknowledged.
    private async Task ChurnAsync(int writer, ConcurrentQueue<StoreChange> history, CancellationToken stop)
    {
        var random = new Random(writer);
        var known = new Dictionary<string, long>();
        for (var number = 0; !stop.IsCancellationRequested; number++)
        {
            var key = string.Create(CultureInfo.InvariantCulture, $"writer-{writer}/{random.Next(40)}");
            var expected = known.GetValueOrDefault(key);
            ReadOnlyMemory<byte>? document = expected > 0 && random.Next(4) == 0 ? null : Encoding.UTF8.GetBytes($"{{\"number\":{number}}}");
            var outcome = (await store.CommitAsync([new StoreWrite(key, expected, document)], CancellationToken.None))[0];
            Assert.True(outcome.Committed);
            known[key] = document is null ? 0 : outcome.Revision;
            history.Enqueue(new StoreChange(key, outcome.Revision, document, expected));
        }
    }

    private async Task PutAsync(string key, string document) =>
        Assert.True((await store.CommitAsync([new StoreWrite(key, 0, Encoding.UTF8.GetBytes(document))]))[0].Committed);

    // Beside the open store, as another process does it.
    private async Task<byte[]> BackUpAsync()
    {
        using var stream = new MemoryStream();
        await StoreBackup.WriteAsync(await from.OptionsAsync(), stream, TimeProvider.System);
        return stream.ToArray();
    }

    private async Task<long> RestoreAsync(byte[] backup, bool replace = false) =>
        await StoreBackup.RestoreAsync(new MemoryStream(backup), await to.OptionsAsync(), replace, TimeProvider.System);

    private static IEnumerable<string> Texts(IEnumerable<StoredDocument> items) => items.Select(item => $"{item.Key}={Encoding.UTF8.GetString(item.Document.Span)}");

    // Gives its bytes once, and from then on half of them.
    private sealed class VanishingStream(byte[] bytes) : MemoryStream(bytes)
    {
        public override long Position
        {
            get => base.Position;
            set
            {
                base.Position = value;
                SetLength(Length / 2);
            }
        }
    }
}

public sealed class SqliteBackupTests : BackupTests<SqliteTestStore, SqliteTestStore>;

[NeedsPostgres]
public sealed class PostgresBackupTests : BackupTests<PostgresTestStore, PostgresTestStore>;

[NeedsPostgres]
public sealed class SqliteToPostgresBackupTests : BackupTests<SqliteTestStore, PostgresTestStore>;

[NeedsPostgres]
public sealed class PostgresToSqliteBackupTests : BackupTests<PostgresTestStore, SqliteTestStore>;
