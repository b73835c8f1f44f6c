namespace Grainhouse.Benchmarks.Scenarios.Nuisances;

/// <summary>Ten thousand watches of a namespace in which nothing happens.</summary>
internal sealed class IdleWatches(HttpClient http) : INuisance
{
    public const string Name = "idle watches";
    private const int Count = 10_000;

    public string Note => $"{Count:n0} watches";

    public async Task RunAsync(Action begun, CancellationToken cancellationToken)
    {
        var open = await OpenWatches.OpenAsync(http, Count, "/api/v1/namespaces/quiet/secrets", cancellationToken);
        begun();
        await Task.Delay(Timeout.Infinite, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Array.ForEach(open, watch => watch.Dispose());
    }
}
