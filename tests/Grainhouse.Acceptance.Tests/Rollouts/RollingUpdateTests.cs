using Xunit.Abstractions;

namespace Grainhouse.Acceptance.Tests.Rollouts;

/// <summary>maxUnavailable and maxSurge, checked on every event of a watch over 20 updates.</summary>
public sealed class RollingUpdateTests(SharedCluster shared, ITestOutputHelper output) : NamespacedTests(shared)
{
    private const int Replicas = 4;
    private const int MaxSurge = 1;
    private const int MaxUnavailable = 1;
    private const int Updates = 20;

    [RealFact(Needs.Docker | Needs.Kubectl)]
    public async Task RollingUpdate_TwentyUpdates_NeverBreaksItsBounds()
    {
        await Kubectl.ApplyAsync(Manifests.Serving(
            "roll", Replicas, specExtra: $"strategy: {{ rollingUpdate: {{ maxSurge: {MaxSurge}, maxUnavailable: {MaxUnavailable} }} }}"));
        await Kubectl.RolledOutAsync("roll");
        using var stop = new CancellationTokenSource();
        var census = new PodCensus();
        var watching = WatchAsync(census, stop.Token);

        for (var update = 1; update <= Updates; update++)
        {
            await Kubectl.OkAsync("set", "env", "deployment/roll", $"UPDATE={update}");

            // Every fourth update comes while the one before it is still rolling.
            if (update % 4 != 0)
            {
                await Kubectl.RolledOutAsync("roll", 120);
            }
        }

        await Kubectl.RolledOutAsync("roll", 120);
        await stop.CancelAsync();
        await watching;

        output.WriteLine($"{census.Events} events; fewest available {census.FewestAvailable}, most pods {census.MostPods}");
        Assert.True(census.PodsSeen >= Replicas * Updates / 2, $"The watch saw only {census.PodsSeen} pods.");
        Assert.True(census.FewestAvailable >= Replicas - MaxUnavailable, $"Only {census.FewestAvailable} were available:\n{census.Worst}");
        Assert.True(census.MostPods <= Replicas + MaxSurge, $"There were {census.MostPods} pods:\n{census.Worst}");
    }

    private async Task WatchAsync(PodCensus census, CancellationToken cancellationToken)
    {
        var path = $"/api/v1/namespaces/{Kubectl.Namespace}/pods?labelSelector=app%3Droll";
        var list = (await Cluster.Api.GetAsync(path, cancellationToken)).Ok().Json;
        census.Begin(list.GetProperty("items").EnumerateArray());
        using var watch = await Cluster.Api.WatchAsync(path, list.GetProperty("metadata").GetProperty("resourceVersion").GetString()!, cancellationToken);
        await foreach (var change in watch.EventsAsync(cancellationToken))
        {
            census.Count(change);
        }
    }
}
