using Grainhouse.Interfaces.Storage;
using Grainhouse.Testing.Postgres;

namespace Grainhouse.Storage.Tests;

/// <summary>The store of one test: the same one each time it is opened, with its data. It goes with the test.</summary>
public abstract class TestStore : IAsyncDisposable
{
    private IAsyncDisposable? open;

    /// <summary>Where the store is.</summary>
    public abstract Task<StorageOptions> OptionsAsync();

    /// <summary>Opens the store; the one that was open is closed first.</summary>
    public async Task<IObjectStore> OpenAsync()
    {
        await CloseAsync();
        var store = await OpenAsync(await OptionsAsync());
        open = (IAsyncDisposable)store;
        return store;
    }

    public virtual async ValueTask DisposeAsync()
    {
        await CloseAsync();
        GC.SuppressFinalize(this);
    }

    protected abstract Task<IObjectStore> OpenAsync(StorageOptions options);

    /// <summary>Closes the store; nothing happens if none is open.</summary>
    public async Task CloseAsync()
    {
        await (open?.DisposeAsync() ?? ValueTask.CompletedTask);
        open = null;
    }
}

public sealed class SqliteTestStore : TestStore
{
    private readonly TempDirectory directory = new();

    public override Task<StorageOptions> OptionsAsync() => Task.FromResult(new StorageOptions { Path = directory.File("store.db") });

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        directory.Dispose();
    }

    protected override async Task<IObjectStore> OpenAsync(StorageOptions options)
    {
        var store = new SqliteObjectStore(options);
        await store.OpenAsync();
        return store;
    }
}

public sealed class PostgresTestStore : TestStore
{
    private string? database;

    public override async Task<StorageOptions> OptionsAsync() =>
        new() { Database = database ??= await (await PostgresServer.SharedAsync()).CreateDatabaseAsync() };

    protected override async Task<IObjectStore> OpenAsync(StorageOptions options)
    {
        var store = new PostgresObjectStore(options);
        await store.OpenAsync();
        return store;
    }
}
