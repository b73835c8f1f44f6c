using System.Diagnostics;
using Xunit.Abstractions;

namespace Grainhouse.Cluster.Tests;

/// <summary>A silo that hangs and comes back: the others go on without it, and it undoes nothing of what they did.</summary>
public sealed class FrozenSilosTests(ITestOutputHelper output)
{
    private const int Objects = 12;

    // On a machine that is shared with other tests probes are slow too; alone it is some five seconds.
    private static readonly TimeSpan CondemnBound = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan EndBound = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan CallBound = TimeSpan.FromSeconds(5);

    [PostgresFact]
    public async Task FrozenSilo_WhenItGoesOn_EndsAndHasCommittedNothing()
    {
        await using var cluster = await SiloCluster.StartAsync();
        var (frozen, other) = (cluster.Silos[0], cluster.Silos[1]);
        for (var number = 0; number < Objects; number++)
        {
            // Grains start where they are first asked for, mostly: so these are the ones that freeze.
            (await frozen.Api.PostAsync(Writer.Path, $$"""{"metadata":{"name":"c{{number}}"},"data":{"written":"before"} }""")).Ok();
        }

        var life = frozen.Process;
        life.Freeze();
        var clock = Stopwatch.StartNew();
        for (var number = 0; number < Objects; number++)
        {
            var path = $"{Writer.Path}/c{number}";
            await Eventually.TrueAsync($"{path} can be written", () => WriteAsync(other, path), CondemnBound);
        }

        output.WriteLine($"all {Objects} objects were written {clock.Elapsed.TotalSeconds:0.00} s after the silo froze");
        await Eventually.TrueAsync("the frozen silo is condemned", async () => await cluster.CountActiveAsync() == 2, CondemnBound);
        output.WriteLine($"it was condemned {clock.Elapsed.TotalSeconds:0.00} s after it froze");

        clock.Restart();
        life.Thaw();
        Assert.NotEqual(0, await life.WaitForExitAsync(EndBound));
        output.WriteLine($"it ended {clock.Elapsed.TotalSeconds:0.00} s after it went on");

        var items = (await other.Api.GetAsync(Writer.Path)).Ok().Json.GetProperty("items").EnumerateArray()
            .Where(item => item.GetProperty("metadata").GetProperty("name").GetString()!.StartsWith('c'))
            .ToArray();
        Assert.Equal(Objects, items.Length);
        Assert.All(items, item => Assert.Equal("meanwhile", item.GetProperty("data").GetProperty("written").GetString()));
    }

    private static async Task<bool> WriteAsync(Silo silo, string path)
    {
        using var bound = new CancellationTokenSource(CallBound);
        try
        {
            return (await silo.Api.SendAsync(HttpMethod.Patch, path, """{"data":{"written":"meanwhile"}}""", "application/merge-patch+json", bound.Token)).IsSuccess;
        }
        catch (Exception away) when (away is HttpRequestException or IOException or OperationCanceledException)
        {
            return false;
        }
    }
}
