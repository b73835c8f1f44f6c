using Grainhouse.Interfaces.Storage;
using Grainhouse.Storage.Tests.Contract;

namespace Grainhouse.Storage.Tests;

public sealed class SqliteObjectStoreContractTests : ObjectStoreContract, IDisposable
{
    private readonly TempDirectory directory = new();
    private SqliteObjectStore? store;

    public void Dispose() => directory.Dispose();

    protected override async Task<IObjectStore> OpenAsync()
    {
        store = new SqliteObjectStore(new StorageOptions { Path = directory.File("store.db") });
        await store.OpenAsync();
        return store;
    }

    protected override async Task CloseAsync() => await store!.DisposeAsync();
}
