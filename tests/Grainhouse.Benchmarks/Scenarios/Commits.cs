using System.Diagnostics;
using Grainhouse.Interfaces.Storage;
using Grainhouse.Storage;
using Grainhouse.Testing.Postgres;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using NpgsqlTypes;

namespace Grainhouse.Benchmarks.Scenarios;

/// <summary>Durable writes of 1 KiB: the stores' group commit beside one transaction a write, all fsynced.</summary>
internal static class Commits
{
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(5);
    private static readonly byte[] Document = [.. Enumerable.Repeat((byte)'x', 1_024)];

    public static async Task RunAsync(int runs)
    {
        for (var run = 0; run < runs; run++)
        {
            var single = SingleTransactions();
            Console.WriteLine($"| one SQLite transaction a write (WAL, FULL) | {single:0}/s | | 1 |");
            foreach (var writers in new[] { 1, 64, 512 })
            {
                await OnSqliteAsync(writers, single);
            }
        }
    }

    public static async Task RunOnPostgresAsync(int runs)
    {
        await using var server = await PostgresServer.StartAsync(isDurable: true);
        for (var run = 0; run < runs; run++)
        {
            foreach (var writers in new[] { 1, 64, 512 })
            {
                // One connection a writer, as a program without a group commit would have them; the server has 200.
                var clients = Math.Min(writers, 150);
                var single = await SingleTransactionsAsync(await server.CreateDatabaseAsync(), clients);
                Console.WriteLine($"| one PostgreSQL transaction a write, {clients} connections | {single:0}/s | | 1 |");
                await GroupAsync(writers, single, new StorageOptions { Database = await server.CreateDatabaseAsync() });
            }
        }
    }

    private static async Task<double> SingleTransactionsAsync(string database, int clients)
    {
        await PostgresServer.ExecuteAsync(database, "CREATE TABLE t (k text PRIMARY KEY, d bytea)");
        await using var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(database) { MaxPoolSize = clients }.ConnectionString);
        var watch = Stopwatch.StartNew();
        var counts = await Task.WhenAll(Enumerable.Range(0, clients).Select(client => Task.Run(async () =>
        {
            await using var connection = await source.OpenConnectionAsync();
            await using var insert = new NpgsqlCommand("INSERT INTO t VALUES ($1, $2)", connection) { Parameters = { new() { NpgsqlDbType = NpgsqlDbType.Text }, new() { Value = Document } } };
            await insert.PrepareAsync();
            var count = 0;
            for (; watch.Elapsed < Length; count++)
            {
                insert.Parameters[0].Value = $"bench/{client}/{count}";
                await insert.ExecuteNonQueryAsync();
            }

            return count;
        })));
        return counts.Sum() / watch.Elapsed.TotalSeconds;
    }

    private static async Task OnSqliteAsync(int writers, double single)
    {
        var directory = Directory.CreateTempSubdirectory("grainhouse-bench-");
        await GroupAsync(writers, single, new StorageOptions { Path = Path.Combine(directory.FullName, "store.db") });
        directory.Delete(recursive: true);
    }

    private static double SingleTransactions()
    {
        var directory = Directory.CreateTempSubdirectory("grainhouse-bench-");
        using var connection = new SqliteConnection($"Data Source={directory.FullName}/plain.db;Pooling=false");
        connection.Open();
        using var setup = connection.CreateCommand();
        setup.CommandText = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE t(k TEXT PRIMARY KEY, d BLOB)";
        setup.ExecuteNonQuery();
        using var insert = connection.CreateCommand();
        insert.CommandText = "INSERT INTO t VALUES($k, $d)";
        var key = insert.Parameters.Add("$k", SqliteType.Text);
        insert.Parameters.Add("$d", SqliteType.Blob).Value = Document;
        var watch = Stopwatch.StartNew();
        var count = 0;
        for (; watch.Elapsed < Length; count++)
        {
            key.Value = $"k{count}";
            insert.ExecuteNonQuery();
        }

        connection.Close();
        directory.Delete(recursive: true);
        return count / watch.Elapsed.TotalSeconds;
    }

    private static async Task GroupAsync(int writers, double single, StorageOptions options)
    {
        await using var services = new ServiceCollection()
            .AddLogging()
            .AddSingleton(TimeProvider.System)
            .AddStorage(options)
            .BuildServiceProvider();
        await services.GetRequiredService<IStorageStartup>().StartAsync();
        var store = services.GetRequiredService<IObjectStore>();
        var latencies = new List<TimeSpan>[writers];
        var watch = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, writers).Select(writer => Task.Run(async () =>
        {
            var mine = latencies[writer] = [];
            for (var i = 0; watch.Elapsed < Length; i++)
            {
                var start = watch.Elapsed;
                var outcome = (await store.CommitAsync([new StoreWrite($"bench/{writer}/{i}", 0, Document)]))[0];
                if (!outcome.Committed)
                {
                    throw new InvalidOperationException($"bench/{writer}/{i} was not committed.");
                }

                mine.Add(watch.Elapsed - start);
            }
        })));
        var all = latencies.SelectMany(mine => mine).ToList();
        var rate = all.Count / Length.TotalSeconds;
        Console.WriteLine($"| store, {writers} writers | {rate:0}/s | p50 {Figures.Milliseconds(Figures.Median(all))}, p99 {Figures.Milliseconds(Figures.Percentile(all, 99))} | {rate / single:0.0} |");
    }
}
