using System.Collections.Concurrent;
using System.Diagnostics;
using Grainhouse.Interfaces.Storage;
using Grainhouse.Testing.Facts;
using Grainhouse.Testing.Postgres;

namespace Grainhouse.Storage.Tests;

/// <summary>A process that writes is killed (kill -9), again and again; what it was told is committed is there.</summary>
public abstract class CrashTests<TStore> : IAsyncLifetime
    where TStore : TestStore, new()
{
    private readonly TStore host = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await host.DisposeAsync();

    [ContractFact]
    public async Task Kill_UnderLoad_LosesNoAcknowledgedWriteAndHalvesNone()
    {
        var acknowledged = new ConcurrentDictionary<string, Acknowledged>();
        var newest = 0L;
        for (var round = 0; round < 4; round++)
        {
            await WriteUntilKilledAsync(acknowledged, enough: 1_500 + (round * 700));

            var store = await host.OpenAsync();
            Assert.True(await store.ReadRevisionAsync() >= newest);
            newest = await store.ReadRevisionAsync();
            await CheckAsync(store, acknowledged);
            await host.CloseAsync();
        }
    }

    private static async Task CheckAsync(IObjectStore store, ConcurrentDictionary<string, Acknowledged> acknowledged)
    {
        var found = (await store.ScanAsync("")).Items.ToDictionary(item => item.Key);
        foreach (var (key, write) in acknowledged)
        {
            var twin = found[$"{key[..^2]}-b"];

            // A later write of the key may have been committed without its answer having been printed.
            Assert.True(found[key].Revision >= write.First && twin.Revision >= write.Second, $"{key} is at {found[key].Revision}, acknowledged was {write}.");
            Assert.True(found[key].Revision > write.First || found[key].Document.Length == write.Length);
            Assert.Equal(found[key].Document.ToArray(), twin.Document.ToArray());
        }
    }

    private async Task WriteUntilKilledAsync(ConcurrentDictionary<string, Acknowledged> acknowledged, int enough)
    {
        var options = await host.OptionsAsync();
        string[] store = options.Database is { } database ? ["postgres", database] : ["sqlite", options.Path];
        using var writer = Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Grainhouse.Storage.CrashWriter.dll"), .. store, "16"])
        {
            RedirectStandardOutput = true,
        })!;
        var lines = 0;
        while (await writer.StandardOutput.ReadLineAsync() is { } line)
        {
            // The last line may be cut off by the kill.
            if (line.Split(' ') is [var key, var first, var second, var length, "."])
            {
                acknowledged[key] = new Acknowledged(long.Parse(first), long.Parse(second), int.Parse(length));
            }

            if (++lines == enough)
            {
                writer.Kill();
            }
        }

        await writer.WaitForExitAsync();
        Assert.True(lines >= enough, $"The writer ended after {lines} lines.");
    }

    private sealed record Acknowledged(long First, long Second, int Length);
}

public sealed class SqliteCrashTests : CrashTests<SqliteTestStore>;

[NeedsPostgres]
public sealed class PostgresCrashTests : CrashTests<PostgresTestStore>;
