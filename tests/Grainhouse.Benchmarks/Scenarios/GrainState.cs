using System.Diagnostics;
using Grainhouse.Interfaces.Storage;
using Grainhouse.Storage;
using Grainhouse.Storage.Grains;
using Grainhouse.Testing.Network;
using Grainhouse.Testing.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace Grainhouse.Benchmarks.Scenarios;

/// <summary>Durable state writes of grains, 1 KiB each: the object store's provider beside Orleans' own AdoNet provider, on the same PostgreSQL.</summary>
internal static class GrainState
{
    // Code that was only just compiled is of no interest: a silo runs for weeks.
    private static readonly TimeSpan Warming = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(10);

    public static async Task RunAsync(int runs)
    {
        await using var server = await PostgresServer.StartAsync(isDurable: true);
        for (var run = 0; run < runs; run++)
        {
            foreach (var writers in new[] { 64, 512 })
            {
                var peer = await OnAdoNetAsync(server, writers);
                Report($"Orleans AdoNet on PostgreSQL, {writers} grains writing", peer, peer);
                Report($"Grainhouse on PostgreSQL, {writers} grains writing", await OnStoreAsync(writers, new StorageOptions { Database = await server.CreateDatabaseAsync() }), peer);
                var directory = Directory.CreateTempSubdirectory("grainhouse-bench-");
                Report($"Grainhouse on SQLite, {writers} grains writing", await OnStoreAsync(writers, new StorageOptions { Path = Path.Combine(directory.FullName, "store.db") }), peer);
                directory.Delete(recursive: true);
            }
        }
    }

    private static void Report(string what, Measured measured, Measured peer) => Console.WriteLine(
        $"| {what} | {measured.Rate:0}/s | p50 {Figures.Milliseconds(Figures.Median(measured.Latencies))}, p99 {Figures.Milliseconds(Figures.Percentile(measured.Latencies, 99))} | {measured.Rate / peer.Rate:0.0} |");

    private static async Task<Measured> OnAdoNetAsync(PostgresServer server, int writers)
    {
        var database = await server.CreateDatabaseAsync();
        await PostgresServer.ExecuteAsync(database, AdoNetSchema.Script);
        return await MeasureAsync(writers, silo => silo.AddAdoNetGrainStorageAsDefault(options =>
        {
            options.Invariant = "Npgsql";
            options.ConnectionString = database;
        }));
    }

    private static Task<Measured> OnStoreAsync(int writers, StorageOptions options) => MeasureAsync(writers, silo =>
    {
        silo.Services.AddSingleton(TimeProvider.System).AddStorage(options).AddHostedService<OpenedStore>();
        silo.AddObjectStoreGrainStorage("Default");
    });

    private static async Task<Measured> MeasureAsync(int writers, Action<ISiloBuilder> storage)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Logging.SetMinimumLevel(LogLevel.Error);
        builder.UseOrleans(silo =>
        {
            // Hosted services start in the order of their registration: the store before the silo's grains.
            storage(silo);
            silo.UseLocalhostClustering(FreePort.Next(), FreePort.Next());
        });
        using var host = builder.Build();
        await host.StartAsync();
        var grains = host.Services.GetRequiredService<IGrainFactory>();
        var state = new byte[1_024];
        var cells = Enumerable.Range(0, writers).Select(writer => grains.GetGrain<IStateCell>(writer)).ToArray();
        await Task.WhenAll(cells.Select(cell => cell.WriteAsync(state)));
        var latencies = new List<TimeSpan>[writers];
        var watch = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, writers).Select(writer => Task.Run(async () =>
        {
            var mine = latencies[writer] = [];
            while (watch.Elapsed < Warming + Length)
            {
                var start = watch.Elapsed;
                await cells[writer].WriteAsync(state);
                if (start >= Warming)
                {
                    mine.Add(watch.Elapsed - start);
                }
            }
        })));
        await host.StopAsync();
        var all = latencies.SelectMany(mine => mine).ToList();
        return new Measured(all.Count / Length.TotalSeconds, all);
    }

    private sealed record Measured(double Rate, IReadOnlyList<TimeSpan> Latencies);

    private sealed class OpenedStore(IStorageStartup startup) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => startup.StartAsync();

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}

/// <summary>A grain with a state of a given size.</summary>
internal interface IStateCell : IGrainWithIntegerKey
{
    /// <summary>Replaces the state; returns when it is durable.</summary>
    Task WriteAsync(byte[] state);
}

internal sealed class StateCell([PersistentState("cell")] IPersistentState<StateCell.Cell> state) : Grain, IStateCell
{
    public Task WriteAsync(byte[] content)
    {
        state.State.Content = content;
        return state.WriteStateAsync();
    }

    /// <summary>What is stored.</summary>
    [GenerateSerializer]
    internal sealed class Cell
    {
        /// <summary>The bytes.</summary>
        [Id(0)]
        public byte[] Content { get; set; } = [];
    }
}
