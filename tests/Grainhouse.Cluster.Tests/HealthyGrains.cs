using System.Collections.Concurrent;

namespace Grainhouse.Cluster.Tests;

/// <summary>Grains that do not live on a silo that has just been frozen: whoever asks them must notice nothing.</summary>
/// <remarks>Where a grain lives is nobody's business outside; one that answers at once after the freeze lives elsewhere.</remarks>
internal sealed class HealthyGrains(IReadOnlyList<Silo> silos, IReadOnlyList<string> paths)
{
    // A call to a silo that does not answer takes longer; one that does answers in milliseconds, if the machine lets it.
    private static readonly TimeSpan AtOnce = TimeSpan.FromMilliseconds(1_500);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    private readonly ConcurrentBag<(Silo Silo, string Path)> found = [];

    public int Count => found.Count;

    /// <summary>Asks each once, on one of the silos.</summary>
    public async Task FindAsync()
    {
        await Task.WhenAll(paths.Select(async (path, number) =>
        {
            var silo = silos[number % silos.Count];
            using var bound = new CancellationTokenSource(AtOnce);
            try
            {
                if ((await silo.Api.GetAsync(path, bound.Token)).StatusCode == 200)
                {
                    found.Add((silo, path));
                }
            }
            catch (OperationCanceledException) when (bound.IsCancellationRequested)
            {
                // It lives on the frozen silo, or is only found through it.
            }
        }));
        Assert.True(Count >= paths.Count / 3, $"only {Count} of {paths.Count} grains answered at once");
    }

    /// <summary>Asks those that were found again and again until cancelled; returns their calls.</summary>
    public async Task<CallLog> AskAsync(CancellationToken cancellationToken)
    {
        var calls = new CallLog();
        while (!cancellationToken.IsCancellationRequested)
        {
            await Task.WhenAll(found.Select(one => calls.RunAsync($"GET {one.Path} on {one.Silo.Port}", token => one.Silo.Api.GetAsync(one.Path, token))));
            await Task.Delay(Pause, CancellationToken.None);
        }

        return calls;
    }
}
