using Grainhouse.Interfaces.Storage;
using Grainhouse.Storage.Grains;
using Grainhouse.Testing.Facts;
using Grainhouse.Testing.Network;
using Grainhouse.Testing.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Hosting;

namespace Grainhouse.Storage.Tests;

/// <summary>A real silo over the store, twice: what the first left, the second finds.</summary>
public abstract class SiloStorageTests<TStore> : IAsyncLifetime
    where TStore : TestStore, new()
{
    private readonly TStore store = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await store.DisposeAsync();

    [ContractFact]
    public async Task Silo_StartedAgain_FindsStateAndReminders()
    {
        using (var first = await StartAsync())
        {
            var grain = first.Services.GetRequiredService<IGrainFactory>().GetGrain<ITallyGrain>("a");
            Assert.Equal(3, await grain.AddAsync(3));
            await grain.RemindAsync("two");
            await grain.RemindAsync("one");
            await first.StopAsync();
        }

        using var second = await StartAsync();
        var again = second.Services.GetRequiredService<IGrainFactory>().GetGrain<ITallyGrain>("a");

        Assert.Equal(7, await again.AddAsync(4));
        Assert.Equal(["one", "two"], await again.RemindersAsync());
        Assert.Single((await second.Services.GetRequiredService<IObjectStore>().ScanAsync("_grains/tally/")).Items);
        await second.StopAsync();
    }

    private async Task<IHost> StartAsync()
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Services.AddStorage(await store.OptionsAsync());
        builder.UseOrleans(silo => silo.UseLocalhostClustering(FreePort.Next(), gatewayPort: 0).AddObjectStoreGrainStorage("Default").UseObjectStoreReminders());
        var host = builder.Build();
        var startup = host.Services.GetRequiredService<IStorageStartup>();
        await startup.StartAsync();
        await startup.StartAsync();
        await host.StartAsync();
        return host;
    }
}

public sealed class SqliteSiloStorageTests : SiloStorageTests<SqliteTestStore>;

[NeedsPostgres]
public sealed class PostgresSiloStorageTests : SiloStorageTests<PostgresTestStore>;
