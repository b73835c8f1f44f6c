using System.Collections.Concurrent;

namespace Grainhouse.Cluster.Tests;

/// <summary>Creates config maps one after the other, on whichever silo answers, and keeps the names of those that were acknowledged.</summary>
internal sealed class Writer(SiloCluster cluster, CallLog calls, int id, TimeSpan every)
{
    public const string Path = "/api/v1/namespaces/default/configmaps";

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>The names that the cluster said it has.</summary>
    public ConcurrentQueue<string> Acknowledged { get; } = new();

    /// <summary>What was acknowledged and then not found.</summary>
    public ConcurrentQueue<string> Lost { get; } = new();

    /// <summary>Writes until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var at = id % cluster.Silos.Count;

        // Spread over the time between two writes: clients do not write in step.
        await Task.Delay(every * Random.Shared.NextDouble(), CancellationToken.None);
        for (var number = 0; !cancellationToken.IsCancellationRequested; number++)
        {
            var name = $"w{id}-{number}";

            // The same name until somebody says that it is there: a lost answer is not a lost write.
            while (!cancellationToken.IsCancellationRequested && !await CreateAsync(cluster.Silos[at], name))
            {
                at = (at + 1) % cluster.Silos.Count;
                await Task.Delay(Pause, CancellationToken.None);
            }

            await ReadAsync(cluster.Silos[(at + 1) % cluster.Silos.Count], name);
            await Task.Delay(every, CancellationToken.None);
        }
    }

    private async Task<bool> CreateAsync(Silo silo, string name)
    {
        var body = $$"""{"metadata":{"name":"{{name}}","labels":{"writer":"w{{id}}"} } }""";
        var answer = await calls.RunAsync($"POST {name} on {silo.Port}", token => silo.Api.PostAsync(Path, body, token));
        if (answer?.StatusCode is not (201 or 409))
        {
            return false;
        }

        Acknowledged.Enqueue(name);
        return true;
    }

    // What was acknowledged can be read at once, from any silo.
    private async Task ReadAsync(Silo silo, string name)
    {
        var answer = await calls.RunAsync($"GET {name} on {silo.Port}", token => silo.Api.GetAsync($"{Path}/{name}", token));
        if (answer is { StatusCode: 404 })
        {
            Lost.Enqueue($"{name} on {silo.Port}");
        }
    }
}
