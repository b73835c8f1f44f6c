using Grainhouse.Interfaces.Storage;
using Grainhouse.Storage.Grains;
using Grainhouse.Testing.Facts;
using Grainhouse.Testing.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Runtime;
using Orleans.Serialization;
using Orleans.Serialization.Serializers;
using Orleans.Storage;

namespace Grainhouse.Storage.Tests;

/// <summary>Orleans' grain state over a store.</summary>
public abstract class ObjectStoreGrainStorageTests<TStore> : IAsyncLifetime
    where TStore : TestStore, new()
{
    private static readonly GrainId Grain = GrainId.Create("counter", "a/b");

    private readonly ServiceProvider services = new ServiceCollection().AddSerializer().BuildServiceProvider();
    private readonly TStore host = new();
    private IObjectStore store = null!;
    private ObjectStoreGrainStorage storage = null!;

    public async Task InitializeAsync()
    {
        store = await host.OpenAsync();
        storage = new ObjectStoreGrainStorage(
            store,
            new OrleansGrainStorageSerializer(services.GetRequiredService<Serializer>()),
            services.GetRequiredService<IActivatorProvider>());
    }

    public async Task DisposeAsync()
    {
        await host.DisposeAsync();
        await services.DisposeAsync();
    }

    [ContractFact]
    public async Task Read_NoState_IsEmptyAndDoesNotExist()
    {
        var state = await ReadAsync();

        Assert.False(state.RecordExists);
        Assert.Null(state.ETag);
        Assert.NotNull(state.State);
    }

    [ContractFact]
    public async Task Write_ThenRead_GivesTheStateAndTheEtag()
    {
        var written = await WriteAsync(7);
        var read = await ReadAsync();

        Assert.Equal(7, read.State!.Value);
        Assert.Equal(written.ETag, read.ETag);
        Assert.True(read.RecordExists && written.RecordExists);
        Assert.NotNull(await store.ReadAsync("_grains/state/counter/a/b"));
    }

    [ContractFact]
    public async Task Write_StaleEtag_IsInconsistentAndChangesNothing()
    {
        await WriteAsync(1);
        var mine = await ReadAsync();
        var theirs = await ReadAsync();
        theirs.State!.Value = 2;
        await storage.WriteStateAsync("state", Grain, theirs);
        mine.State!.Value = 3;

        var error = await Assert.ThrowsAsync<InconsistentStateException>(() => storage.WriteStateAsync("state", Grain, mine));

        Assert.Equal(theirs.ETag, error.StoredEtag);
        Assert.Equal(mine.ETag, error.CurrentEtag);
        Assert.Equal(2, (await ReadAsync()).State!.Value);
        await Assert.ThrowsAsync<InconsistentStateException>(() => storage.WriteStateAsync("state", Grain, new GrainState<Counter>(new Counter())));
        await Assert.ThrowsAsync<InconsistentStateException>(() => storage.ClearStateAsync("state", Grain, mine));
    }

    [ContractFact]
    public async Task Clear_RemovesTheStateAndCanBeRepeated()
    {
        var state = await WriteAsync(1);

        await storage.ClearStateAsync("state", Grain, state);
        await storage.ClearStateAsync("state", Grain, state);

        Assert.False(state.RecordExists);
        Assert.Equal(0, state.State!.Value);
        Assert.False((await ReadAsync()).RecordExists);
        state.State!.Value = 5;
        await storage.WriteStateAsync("state", Grain, state);
        Assert.Equal(5, (await ReadAsync()).State!.Value);
    }

    private async Task<GrainState<Counter>> ReadAsync()
    {
        var state = new GrainState<Counter>();
        await storage.ReadStateAsync("state", Grain, state);
        return state;
    }

    private async Task<GrainState<Counter>> WriteAsync(int value)
    {
        var state = new GrainState<Counter>(new Counter { Value = value });
        await storage.WriteStateAsync("state", Grain, state);
        return state;
    }
}

public sealed class SqliteGrainStorageTests : ObjectStoreGrainStorageTests<SqliteTestStore>;

[NeedsPostgres]
public sealed class PostgresGrainStorageTests : ObjectStoreGrainStorageTests<PostgresTestStore>;

[GenerateSerializer]
internal sealed class Counter
{
    [Id(0)]
    public int Value { get; set; }
}
