using System.Collections.Concurrent;

namespace Grainhouse.Cluster.Tests;

/// <summary>Creates config maps one after the other, on whichever silo answers, and keeps the names of those that were acknowledged.</summary>
internal sealed class Writer(SiloCluster cluster, string prefix)
{
    public const string Path = "/api/v1/namespaces/default/configmaps";

    private static readonly TimeSpan CallBound = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    /// <summary>The names that the cluster said it has.</summary>
    public ConcurrentQueue<string> Acknowledged { get; } = new();

    /// <summary>Writes until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var at = prefix[^1] % cluster.Silos.Count;
        for (var number = 0; !cancellationToken.IsCancellationRequested; number++)
        {
            var name = $"{prefix}-{number}";

            // The same name until somebody says that it is there: a lost answer is not a lost write.
            while (!cancellationToken.IsCancellationRequested && !await CreateAsync(cluster.Silos[at], name))
            {
                at = (at + 1) % cluster.Silos.Count;
            }

            await Task.Delay(Pause, CancellationToken.None);
        }
    }

    private async Task<bool> CreateAsync(Silo silo, string name)
    {
        using var bound = new CancellationTokenSource(CallBound);
        try
        {
            var answer = await silo.Api.PostAsync(Path, $$"""{"metadata":{"name":"{{name}}","labels":{"writer":"{{prefix}}"} } }""", bound.Token);
            if (answer.StatusCode is not (201 or 409))
            {
                await Task.Delay(Pause, CancellationToken.None);
                return false;
            }

            Acknowledged.Enqueue(name);
            return true;
        }
        catch (Exception away) when (away is HttpRequestException or IOException or OperationCanceledException)
        {
            return false;
        }
    }
}
