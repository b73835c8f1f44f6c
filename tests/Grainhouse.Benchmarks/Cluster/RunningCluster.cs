using System.Diagnostics;
using Grainhouse.Testing.Network;

namespace Grainhouse.Benchmarks.Cluster;

/// <summary>A <c>grainhouse</c> process of its own, with a fresh data directory, and an HTTPS client of its administrator.</summary>
internal sealed class RunningCluster : ICluster
{
    private readonly ServerProcess process;

    private RunningCluster(ServerProcess process, string data, int port, HttpClient http, TimeSpan startTime)
    {
        this.process = process;
        DataDirectory = data;
        Port = port;
        Http = http;
        StartTime = startTime;
    }

    /// <summary>The program to measure: a published <c>grainhouse</c>, or null for the one that was built beside this project.</summary>
    public static string? Executable { get; set; }

    public string Name => "Grainhouse";

    public int Port { get; }

    public string DataDirectory { get; }

    public string Kubeconfig => Path.Combine(DataDirectory, "kubeconfig");

    public HttpClient Http { get; }

    /// <summary>From the start of the process to the first 200 of <c>/readyz</c>.</summary>
    public TimeSpan StartTime { get; }

    public int ProcessId => process.Id;

    /// <summary>Starts <c>grainhouse COMMAND --data DIR --port P ARGUMENTS</c> and waits for <c>/readyz</c>.</summary>
    public static async Task<RunningCluster> StartAsync(string command, params string[] arguments)
    {
        var data = Directory.CreateTempSubdirectory("grainhouse-bench-").FullName;
        var port = FreePort.Next();
        string[] program = Executable is null ? [Path.Combine(AppContext.BaseDirectory, "grainhouse.dll")] : [];
        var watch = Stopwatch.StartNew();
        var process = ServerProcess.Start(
            Executable ?? "dotnet", [.. program, command, "--data", data, "--port", $"{port}", .. arguments], Path.Combine(data, "output.log"));
        await Administrator.WaitReadyAsync(process, data, port);
        var took = watch.Elapsed;
        return new RunningCluster(process, data, port, await Administrator.ClientAsync(data, port), took);
    }

    /// <inheritdoc/>
    public long ResidentBytes() => process.ResidentBytes();

    /// <inheritdoc/>
    public TimeSpan CpuTime() => process.CpuTime();

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await process.DisposeAsync();
        Directory.Delete(DataDirectory, recursive: true);
    }
}
