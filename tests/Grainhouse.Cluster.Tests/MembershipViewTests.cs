namespace Grainhouse.Cluster.Tests;

/// <summary>What clients are shown of the members of a cluster.</summary>
public sealed class MembershipViewTests
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);

    [PostgresFact]
    public async Task Members_AreShownAsGatewaysAndAsReady()
    {
        await using var cluster = await SiloCluster.StartAsync();
        var silo = cluster.Silos[0];
        string[] all = [.. cluster.Silos.Select(each => $"{each.Port}").Order(StringComparer.Ordinal)];

        await Eventually.TrueAsync("every gateway is in a slice of the service kubernetes", async () => Enumerable.SequenceEqual(all, await SlicePortsAsync(silo)), Bound);
        Assert.Contains("[+]membership ok", (await silo.Api.GetAsync("/readyz?verbose")).Body, StringComparison.Ordinal);

        await cluster.Silos[2].StopAsync();
        string[] left = [.. cluster.Silos.Take(2).Select(each => $"{each.Port}").Order(StringComparer.Ordinal)];
        await Eventually.TrueAsync("the gateway that left is in none", async () => Enumerable.SequenceEqual(left, await SlicePortsAsync(silo)), Bound);
    }

    private static async Task<string[]> SlicePortsAsync(Silo silo)
    {
        var answer = await silo.Api.GetAsync("/apis/discovery.k8s.io/v1/namespaces/default/endpointslices?labelSelector=kubernetes.io%2Fservice-name%3Dkubernetes");
        return [.. answer.Ok().Json.GetProperty("items").EnumerateArray()
            .Where(slice => slice.GetProperty("endpoints").GetArrayLength() > 0)
            .SelectMany(slice => slice.GetProperty("ports").EnumerateArray())
            .Select(port => $"{port.GetProperty("port").GetInt32()}").Order(StringComparer.Ordinal)];
    }
}
