using System.Security.Cryptography;
using Grainhouse.Interfaces.Storage;
using Grainhouse.Storage.Sqlite;

namespace Grainhouse.Storage.Tests;

public sealed class SqliteFileTests : IDisposable
{
    private readonly TempDirectory directory = new();

    private StorageOptions Options => new() { Path = directory.File("store.db") };

    public void Dispose() => directory.Dispose();

    [Fact]
    public async Task Open_FileInUse_IsRefused()
    {
        await using var store = new SqliteObjectStore(Options);
        await store.OpenAsync();

        var error = await Assert.ThrowsAsync<StorageStartException>(() => new SqliteObjectStore(Options).OpenAsync());
        Assert.Contains("another process", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_DamagedFile_IsRefusedByNameAndLeftAsItIs()
    {
        await FillAsync();
        var bytes = await File.ReadAllBytesAsync(Options.Path);
        RandomNumberGenerator.Fill(bytes.AsSpan(4096 * 2, 4096 * 6));
        await File.WriteAllBytesAsync(Options.Path, bytes);

        var error = await Assert.ThrowsAsync<StorageStartException>(() => new SqliteObjectStore(Options).OpenAsync());

        Assert.Contains(Options.Path, error.Message, StringComparison.Ordinal);
        Assert.Contains("damaged", error.Message, StringComparison.Ordinal);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(Options.Path));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Open_LargeFile_IsCheckedBesideTheWorkOnceItWasCutOff(bool cutOff)
    {
        await FillAsync();
        var bytes = await File.ReadAllBytesAsync(Options.Path);
        RandomNumberGenerator.Fill(bytes.AsSpan(bytes.Length / 2 / 4096 * 4096, 4096 * 2));
        await File.WriteAllBytesAsync(Options.Path, bytes);
        await File.WriteAllBytesAsync(Options.Path + "-wal", new byte[cutOff ? 64 : 0]);
        var large = Options;
        large.CheckAtStartBytes = 0;
        await using var store = new SqliteObjectStore(large);

        await store.OpenAsync();
        await store.Checking;

        if (cutOff)
        {
            var error = await Assert.ThrowsAsync<StoreUnavailableException>(() => store.CommitAsync([new StoreWrite("new", 0, new byte[10])]));
            Assert.Contains("damaged", error.Message, StringComparison.Ordinal);
            await Assert.ThrowsAsync<StoreUnavailableException>(async () => await store.ReadRevisionAsync());
        }
        else
        {
            Assert.Equal(400, await store.ReadRevisionAsync());
        }
    }

    [Fact]
    public async Task Open_LargeFileThatWasCutOffAndIsWhole_Works()
    {
        await FillAsync();
        await File.WriteAllBytesAsync(Options.Path + "-wal", new byte[64]);
        var large = Options;
        large.CheckAtStartBytes = 0;
        await using var store = new SqliteObjectStore(large);

        await store.OpenAsync();
        await store.Checking;

        Assert.True((await store.CommitAsync([new StoreWrite("new", 0, new byte[10])]))[0].Committed);
    }

    [Fact]
    public async Task Open_NotADatabase_IsRefused()
    {
        await File.WriteAllTextAsync(Options.Path, new string('x', 10_000));

        var error = await Assert.ThrowsAsync<StorageStartException>(() => new SqliteObjectStore(Options).OpenAsync());
        Assert.Contains("damaged", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_AnotherProgramsDatabase_IsRefused()
    {
        using (var other = SqliteDatabase.Open(Options.Path))
        {
            other.Execute("CREATE TABLE t (x)");
        }

        var error = await Assert.ThrowsAsync<StorageStartException>(() => new SqliteObjectStore(Options).OpenAsync());
        Assert.Contains("not a Grainhouse store", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_NewerSchema_IsRefusedAndOlderIsMigrated()
    {
        await FillAsync();
        IReadOnlyList<string> next = [.. SqliteSchema.Steps, "CREATE TABLE added (x);"];

        await using (var newer = new SqliteObjectStore(Options, null, null, next))
        {
            await newer.OpenAsync();
            Assert.NotNull(await newer.ReadAsync("k/7"));
        }

        var error = await Assert.ThrowsAsync<StorageStartException>(() => new SqliteObjectStore(Options).OpenAsync());
        Assert.Contains("newer Grainhouse", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Migration_ThatFails_LeavesTheFileAtItsVersion()
    {
        await FillAsync();
        IReadOnlyList<string> broken = [.. SqliteSchema.Steps, "CREATE TABLE added (x); SELECT nonsense;"];

        await Assert.ThrowsAsync<StorageStartException>(() => new SqliteObjectStore(Options, null, null, broken).OpenAsync());

        await using var store = new SqliteObjectStore(Options);
        await store.OpenAsync();
        Assert.NotNull(await store.ReadAsync("k/7"));
    }

    [Fact]
    public async Task Open_WrongOptions_NamesTheKey()
    {
        var error = await Assert.ThrowsAsync<StorageStartException>(() => new SqliteObjectStore(new StorageOptions { Path = directory.File("x"), HistoryMinRevisions = 0 }).OpenAsync());
        Assert.Contains("Storage:HistoryMinRevisions is 0", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Close_CopiesTheLogBackAndLeavesOneFile()
    {
        await FillAsync();

        Assert.False(File.Exists(Options.Path + "-wal"));
        await using var store = new SqliteObjectStore(Options);
        await store.OpenAsync();
        Assert.Equal(400, await store.ReadRevisionAsync());
    }

    [Fact]
    public async Task Commit_FullDatabase_IsUnavailableAndWorksAgainWhenThereIsSpace()
    {
        var small = Options;
        small.MaxPages = 40;
        await using var store = new SqliteObjectStore(small);
        await store.OpenAsync();
        var first = (await store.CommitAsync([new StoreWrite("a", 0, new byte[50_000])]))[0];

        var error = await Assert.ThrowsAsync<StoreUnavailableException>(() => store.CommitAsync([new StoreWrite("b", 0, new byte[10]), new StoreWrite("c", 0, new byte[500_000])]));

        Assert.Contains("full", error.Message, StringComparison.Ordinal);
        Assert.Null(await store.ReadAsync("b"));
        Assert.NotNull(await store.ReadAsync("a"));
        Assert.Equal(first.Revision, await store.ReadRevisionAsync());
        var second = (await store.CommitAsync([new StoreWrite("b", 0, new byte[10])]))[0];
        Assert.True(second.Committed && second.Revision > first.Revision);
    }

    [Fact]
    public async Task Idle_NothingIsFlushed()
    {
        await using var store = new SqliteObjectStore(Options);
        await store.OpenAsync();
        await store.CommitAsync([new StoreWrite("a", 0, new byte[10])]);
        var stale = await store.CommitAsync([new StoreWrite("a", 0, new byte[10])]);
        var before = (store.Transactions, Stamp());

        await store.ReadAsync("a");
        await store.ScanAsync("");
        await store.ReadRevisionAsync();
        await store.CommitAsync([new StoreWrite("a", 0, new byte[10])]);

        Assert.False(stale[0].Committed);
        Assert.Equal(1, store.Transactions);
        Assert.Equal(before, (store.Transactions, Stamp()));
    }

    private string Stamp() => string.Join(' ', Directory.GetFiles(directory.Path)
        .Where(file => !file.EndsWith("-shm", StringComparison.Ordinal))
        .Select(file => $"{file} {new FileInfo(file).Length} {File.GetLastWriteTimeUtc(file):O}").Order());

    private async Task FillAsync()
    {
        await using var store = new SqliteObjectStore(Options);
        await store.OpenAsync();
        for (var index = 0; index < 400; index++)
        {
            await store.CommitAsync([new StoreWrite($"k/{index}", 0, new byte[200])]);
        }
    }
}
