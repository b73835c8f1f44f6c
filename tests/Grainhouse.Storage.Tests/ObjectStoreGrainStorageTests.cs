using Grainhouse.Storage.Grains;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Runtime;
using Orleans.Serialization;
using Orleans.Serialization.Serializers;
using Orleans.Storage;

namespace Grainhouse.Storage.Tests;

public sealed class ObjectStoreGrainStorageTests : IAsyncLifetime
{
    private static readonly GrainId Grain = GrainId.Create("counter", "a/b");

    private readonly ServiceProvider services = new ServiceCollection().AddSerializer().BuildServiceProvider();
    private CacheFixture fixture = null!;
    private ObjectStoreGrainStorage storage = null!;

    public async Task InitializeAsync()
    {
        fixture = await CacheFixture.StartAsync();
        storage = new ObjectStoreGrainStorage(
            fixture.Store,
            new OrleansGrainStorageSerializer(services.GetRequiredService<Serializer>()),
            services.GetRequiredService<IActivatorProvider>());
    }

    public async Task DisposeAsync()
    {
        await fixture.DisposeAsync();
        await services.DisposeAsync();
    }

    [Fact]
    public async Task Read_NoState_IsEmptyAndDoesNotExist()
    {
        var state = await ReadAsync();

        Assert.False(state.RecordExists);
        Assert.Null(state.ETag);
        Assert.NotNull(state.State);
    }

    [Fact]
    public async Task Write_ThenRead_GivesTheStateAndTheEtag()
    {
        var written = await WriteAsync(7);
        var read = await ReadAsync();

        Assert.Equal(7, read.State!.Value);
        Assert.Equal(written.ETag, read.ETag);
        Assert.True(read.RecordExists && written.RecordExists);
        Assert.NotNull(await fixture.Store.ReadAsync("_grains/state/counter/a/b"));
    }

    [Fact]
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

    [Fact]
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

    [GenerateSerializer]
    internal sealed class Counter
    {
        [Id(0)]
        public int Value { get; set; }
    }
}
