using System.Diagnostics;
using Grainhouse.Benchmarks.Cluster;

namespace Grainhouse.Benchmarks.Scenarios.Nuisances;

/// <summary>A nuisance in a process of its own: in that of the polite client it would keep that one's threads from looking at its answers.</summary>
internal sealed class Nuisance : IDisposable
{
    /// <summary>The command that is such a process.</summary>
    public const string Command = "nuisance";

    private readonly Process process;

    private Nuisance(Process process) => this.process = process;

    /// <summary>Starts one, and returns when it is in full swing.</summary>
    public static async Task<Nuisance> StartAsync(RunningCluster cluster, string name)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardInput = true, RedirectStandardOutput = true };
        foreach (var argument in (string[])[typeof(Nuisance).Assembly.Location, Command, name, cluster.DataDirectory, $"{cluster.Port}"])
        {
            start.ArgumentList.Add(argument);
        }

        var process = Process.Start(start)!;

        // A client has a machine of its own: on this one it takes only the processor time that nobody else wants.
        process.PriorityClass = ProcessPriorityClass.Idle;
        return await process.StandardOutput.ReadLineAsync() is null
            ? throw new InvalidOperationException($"{name} ended before it had begun")
            : new Nuisance(process);
    }

    /// <summary>Ends it; returns what it says of itself.</summary>
    public async Task<string> StopAsync()
    {
        process.StandardInput.Close();
        var note = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return note.Trim();
    }

    public void Dispose() => process.Dispose();

    /// <summary>The process itself: a line when it is in full swing, and its note when its input ends.</summary>
    public static async Task RunAsync(string name, string data, int port)
    {
        using var http = await Administrator.ClientAsync(data, port);
        INuisance nuisance = name switch
        {
            GreedyRequests.Gets => new GreedyRequests(http, writes: false),
            GreedyRequests.Writes => new GreedyRequests(http, writes: true),
            IdleWatches.Name => new IdleWatches(http),
            SlowReaders.Name => new SlowReaders(await Administrator.TlsAsync(data), port),
            HalfOpenConnections.Name => new HalfOpenConnections(await Administrator.TlsAsync(data), port),
            _ => throw new ArgumentException($"there is no nuisance \"{name}\"", nameof(name)),
        };
        using var stop = new CancellationTokenSource();
        var running = nuisance.RunAsync(static () => Console.WriteLine("begun"), stop.Token);
        await Task.WhenAny(running, Console.In.ReadToEndAsync());
        Console.WriteLine(nuisance.Note);
        await stop.CancelAsync();
        await running;
    }
}
