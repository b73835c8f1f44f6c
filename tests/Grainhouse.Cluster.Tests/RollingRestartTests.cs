using Xunit.Abstractions;

namespace Grainhouse.Cluster.Tests;

/// <summary>All silos are stopped in order and started again, one after the other: clients that try again on a broken connection notice nothing.</summary>
public sealed class RollingRestartTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(2);

    [PostgresFact]
    public async Task RestartingSilosOneByOne_FailsNoRequestAndLosesNoEvent()
    {
        var size = ClusterSize.Current;
        await using var cluster = await SiloCluster.StartAsync();
        await using var load = await Load.StartAsync(cluster, size);
        load.Calls.Notes.Clear();
        load.Calls.TakeLongest();
        foreach (var silo in cluster.Silos)
        {
            await Task.Delay(Between);
            var began = DateTimeOffset.UtcNow;
            var stopped = await silo.StopAsync();
            silo.Launch();
            var ready = await silo.ReadyAsync();
            output.WriteLine($"{began:HH:mm:ss.fff} silo {silo.Port} left in {stopped.TotalSeconds:0.00} s and was ready again {ready.TotalSeconds:0.00} s after its start (load {Machine.LoadAverage})");
        }

        await Task.Delay(Between);
        await load.EndAsync(output);

        // 409: an answer was lost with its connection, and the same name was written again.
        var failed = load.Calls.Notes.Where(note => note.Outcome.Length > 0 && !note.Outcome.StartsWith("connection", StringComparison.Ordinal) && !note.Outcome.StartsWith("409", StringComparison.Ordinal)).ToArray();
        output.WriteLine($"{load.Calls.Count} calls, {load.Calls.Notes.Count(note => note.Outcome.StartsWith("connection", StringComparison.Ordinal))} broken connections, longest call {load.Calls.TakeLongest()}");
        Assert.True(failed.Length == 0, string.Join('\n', failed.Take(20)));
    }
}
