using System.Collections.Concurrent;
using System.Diagnostics;

namespace Grainhouse.Storage.Tests;

public sealed class CrashTests : IDisposable
{
    private readonly TempDirectory directory = new();

    public void Dispose() => directory.Dispose();

    [Fact]
    public async Task Kill_UnderLoad_LosesNoAcknowledgedWriteAndHalvesNone()
    {
        var acknowledged = new ConcurrentDictionary<string, Acknowledged>();
        var newest = 0L;
        for (var round = 0; round < 4; round++)
        {
            await WriteUntilKilledAsync(acknowledged, enough: 1_500 + (round * 700));

            await using var store = new SqliteObjectStore(new StorageOptions { Path = directory.File("store.db") });
            await store.OpenAsync();
            Assert.True(await store.ReadRevisionAsync() >= newest);
            newest = await store.ReadRevisionAsync();
            await CheckAsync(store, acknowledged);
        }
    }

    private static async Task CheckAsync(SqliteObjectStore store, ConcurrentDictionary<string, Acknowledged> acknowledged)
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
        using var writer = Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Grainhouse.Storage.CrashWriter.dll"), directory.File("store.db"), "16"])
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
