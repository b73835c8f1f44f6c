using System.Text.Json;
using Xunit.Abstractions;

namespace Grainhouse.Acceptance.Tests.BadInput;

/// <summary>A full disk under the store: writes are refused with 503, reads go on, and space brings writes back.</summary>
public sealed class FullDiskTests(ITestOutputHelper output) : IAsyncLifetime, IDisposable
{
    private const string Path = "/api/v1/namespaces/default/configmaps";
    private TemporaryDirectory? mountPoint;
    private Cluster cluster = null!;

    private string Ballast => System.IO.Path.Combine(mountPoint!.Path, "ballast");

    public async Task InitializeAsync()
    {
        mountPoint = new TemporaryDirectory();
        (await Command.RunAsync("mount", ["-t", "tmpfs", "-o", "size=24m", "tmpfs", mountPoint!.Path])).Ok();

        // Space that is given back later, as an administrator would.
        await File.WriteAllBytesAsync(Ballast, new byte[12 << 20]);
        cluster = await Cluster.StartAsync(new ClusterSettings { Runtime = "process", DataDirectory = System.IO.Path.Combine(mountPoint!.Path, "data") });
    }

    public async Task DisposeAsync()
    {
        File.Delete(Ballast);
        await cluster.DisposeAsync();
        (await Command.RunAsync("umount", ["-l", mountPoint!.Path])).Ok();
    }

    public void Dispose() => mountPoint?.Dispose();

    [RealFact(Needs.Mount)]
    public async Task FullDisk_Writes_AreRefusedWith503AndNothingIsHalfDone()
    {
        var stored = new List<string>();
        ApiAnswer refused;
        while (true)
        {
            var name = $"fill-{stored.Count}";
            var answer = await cluster.Api.PostAsync(Path, Document(name));
            if (!answer.IsSuccess)
            {
                refused = answer;
                break;
            }

            stored.Add(name);
            Assert.True(stored.Count < 1_000, "The disk did not fill up.");
        }

        output.WriteLine($"{stored.Count} objects of 256 KiB, then {refused}");
        Assert.Equal(503, refused.StatusCode);
        Assert.Equal("ServiceUnavailable", refused.Reason);
        Assert.Equal(stored.Order(StringComparer.Ordinal), await NamesAsync());

        File.Delete(Ballast);
        await Eventually.TrueAsync("writes again", async () => (await cluster.Api.PostAsync(Path, Document("fill-after"))).IsSuccess, TimeSpan.FromSeconds(20));
        await cluster.KillAsync();
        await cluster.RestartAsync();
        Assert.Equal(stored.Append("fill-after").Order(StringComparer.Ordinal), await NamesAsync());
    }

    private async Task<string[]> NamesAsync() => [.. (await cluster.Api.GetAsync(Path)).Ok().Json.GetProperty("items").EnumerateArray()
        .Select(item => item.GetProperty("metadata").GetProperty("name").GetString()!)
        .Where(name => name.StartsWith("fill", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    private static string Document(string name) => JsonSerializer.Serialize(new
    {
        apiVersion = "v1",
        kind = "ConfigMap",
        metadata = new { name },
        data = new { pad = new string('x', 256 << 10) },
    });
}
