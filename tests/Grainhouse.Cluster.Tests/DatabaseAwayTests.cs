using Xunit.Abstractions;

namespace Grainhouse.Cluster.Tests;

/// <summary>PostgreSQL is gone for 20 s: clients are told to come again, and nothing is lost.</summary>
public sealed class DatabaseAwayTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Away = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan TellBound = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ProbeBound = TimeSpan.FromSeconds(60);

    [PostgresFact]
    public async Task DatabaseGone_IsToldWith503_AndConvergesWhenItIsBack()
    {
        var size = ClusterSize.Current;
        await using var server = await PostgresServer.StartAsync(isDurable: true);
        await using var cluster = await SiloCluster.StartAsync(server);
        await using var load = await Load.StartAsync(cluster, size);
        load.Calls.Notes.Clear();

        await server.CrashAsync();
        var back = Task.Delay(Away);
        foreach (var silo in cluster.Silos)
        {
            var told = await Eventually.TrueAsync($"silo {silo.Port} says that its store is away", async () => (await silo.Api.GetAsync(Writer.Path)).StatusCode == 503, TellBound);
            var answer = await silo.Api.PostAsync(Writer.Path, """{"metadata":{"name":"meanwhile"}}""");
            output.WriteLine($"silo {silo.Port} says 503 after {told.TotalSeconds:0.00} s: {answer.Message}");
            Assert.Equal(503, answer.StatusCode);
            Assert.NotNull(answer.RetryAfter);
        }

        await back;
        await server.StartAsync();
        var converged = await cluster.ConvergedAsync(load, ProbeBound);
        output.WriteLine($"all well {converged.TotalSeconds:0.00} s after the database is back (load {Machine.LoadAverage})");
        foreach (var kind in load.Calls.Notes.GroupBy(note => note.Outcome.Split(' ')[0]))
        {
            output.WriteLine($"  {kind.Count()} x {kind.First()}");
        }

        // No answer but with the time to come again; what was under way when the database went is not known to have happened.
        Assert.All(load.Calls.Notes, note => Assert.True(note.Outcome.Length == 0 || note.Outcome.StartsWith("409", StringComparison.Ordinal) || note.Outcome.EndsWith("retry after 1", StringComparison.Ordinal), note.ToString()));
        await load.EndAsync(output);
        Assert.All(cluster.Silos, silo => Assert.Empty(silo.Ends));
        Assert.InRange(converged, TimeSpan.Zero, size.ConvergeBound);
    }
}
