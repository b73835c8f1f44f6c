using Grainhouse.Interfaces.Storage;
using Grainhouse.Storage.Backups;
using Grainhouse.Testing.Postgres;

namespace Grainhouse.Storage.Tests.Backups;

/// <summary>Backup and restore around stores that did not end in order.</summary>
public sealed class CutOffStoreTests
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);

    [PostgresFact]
    public async Task AStore_ThatWasRestoredWhileItsSiloWasCutOff_IsRefused()
    {
        var database = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();
        await using var store = new PostgresObjectStore(new StorageOptions { Database = database });
        await store.OpenAsync();
        await store.CommitAsync([new StoreWrite("a", 0, "{}"u8.ToArray())]);

        // What others see of a restore that began and ended while the silo had no session.
        await PostgresServer.ExecuteAsync(database, "INSERT INTO grainhouse.meta VALUES ('restores', 1)");
        await PostgresServer.TerminateConnectionsAsync(database);

        Assert.Contains("restored from a backup", await RefusalAsync(store), StringComparison.Ordinal);
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await store.ReadRevisionAsync());
        await using var again = new PostgresObjectStore(new StorageOptions { Database = database });
        await again.OpenAsync();
        Assert.True((await again.CommitAsync([new StoreWrite("b", 0, "{}"u8.ToArray())]))[0].Committed);
    }

    [Fact]
    public async Task Backup_OfAFileThatWasCutOff_LeavesItForTheNextSilo()
    {
        using var directory = new TempDirectory();
        var cutOff = directory.File("cut-off.db");
        await using (var store = new SqliteObjectStore(new StorageOptions { Path = directory.File("store.db") }))
        {
            await store.OpenAsync();
            await store.CommitAsync([new StoreWrite("a", 0, "{}"u8.ToArray())]);

            // As a crash leaves it: what was committed is in the log only.
            File.Copy(directory.File("store.db"), cutOff);
            File.Copy(directory.File("store.db-wal"), cutOff + "-wal");
        }

        var log = await File.ReadAllBytesAsync(cutOff + "-wal");
        using var backup = new MemoryStream();
        var written = await StoreBackup.WriteAsync(new StorageOptions { Path = cutOff }, backup, TimeProvider.System);

        Assert.Equal((1, 1), (written.Documents, written.Header.Revision));
        Assert.NotEmpty(log);
        Assert.Equal(log, await File.ReadAllBytesAsync(cutOff + "-wal"));
    }

    [Fact]
    public async Task Restore_OverADamagedFile_NeedsToBeToldAndReplacesIt()
    {
        using var directory = new TempDirectory();
        var whole = new StorageOptions { Path = directory.File("whole.db") };
        await using (var store = new SqliteObjectStore(whole))
        {
            await store.OpenAsync();
            await store.CommitAsync([new StoreWrite("a", 0, "{}"u8.ToArray())]);
        }

        using var backup = new MemoryStream();
        await StoreBackup.WriteAsync(whole, backup, TimeProvider.System);
        var bytes = await File.ReadAllBytesAsync(whole.Path);
        bytes.AsSpan(4096).Fill(0xEE);
        await File.WriteAllBytesAsync(whole.Path, bytes);

        backup.Position = 0;
        var refused = await Assert.ThrowsAsync<StorageStartException>(() => StoreBackup.RestoreAsync(backup, whole, replace: false, TimeProvider.System));
        Assert.Contains("damaged", refused.Message, StringComparison.Ordinal);

        backup.Position = 0;
        await StoreBackup.RestoreAsync(backup, whole, replace: true, TimeProvider.System);
        await using var restored = new SqliteObjectStore(whole);
        await restored.OpenAsync();
        Assert.NotNull(await restored.ReadAsync("a"));
    }

    private static async Task<string> RefusalAsync(PostgresObjectStore store)
    {
        using var bound = new CancellationTokenSource(Bound);
        while (true)
        {
            try
            {
                await store.CommitAsync([new StoreWrite($"{Guid.NewGuid()}", 0, "{}"u8.ToArray())]);
            }
            catch (StoreUnavailableException refusal) when (refusal.Message.Contains("restored", StringComparison.Ordinal))
            {
                return refusal.Message;
            }
            catch (StoreUnavailableException)
            {
                // Away for a moment, as after every break.
            }
            catch (OperationCanceledException) when (!bound.IsCancellationRequested)
            {
                // It was under way at the break: what became of it was in the state that the restore replaced.
            }

            await Task.Delay(20, bound.Token);
        }
    }
}
