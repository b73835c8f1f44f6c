using Grainhouse.Benchmarks.Cluster;

namespace Grainhouse.Benchmarks.Scenarios;

/// <summary>How soon an empty cluster serves, and what it costs when nobody asks anything of it.</summary>
internal static class ColdStart
{
    // Until the runtime has compiled anew what the start made hot.
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(40);
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(20);

    public static async Task RunAsync(int runs)
    {
        var starts = new List<TimeSpan>();
        for (var i = 0; i < runs; i++)
        {
            await using var cluster = await RunningCluster.StartAsync("up", "--runtime", "process");
            starts.Add(cluster.StartTime);
        }

        Console.WriteLine($"| process start to /readyz | {Figures.Spread(starts)} |");

        await using var idle = await RunningCluster.StartAsync("up", "--runtime", "process");
        await Task.Delay(Settle);
        var before = idle.CpuTime();
        await Task.Delay(Window);
        var used = (idle.CpuTime() - before) / Window;
        Console.WriteLine($"| idle: resident memory, CPU | {idle.ResidentBytes() / 1048576.0:0} MiB, {used:P2} of a core |");
    }
}
