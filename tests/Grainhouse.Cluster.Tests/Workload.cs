using System.Text.Json;

namespace Grainhouse.Cluster.Tests;

/// <summary>Deployments whose pods must live through all that happens to silos.</summary>
internal sealed class Workload(SiloCluster cluster, string name, int replicas)
{
    // A fifth of what is asked for a node: more deployments are rolled out side by side.
    private const int MostReplicas = 200;
    private static readonly TimeSpan Bound = TimeSpan.FromMinutes(3);

    /// <summary>Creates them and waits until all of their pods are Ready; returns the pods' uids.</summary>
    public async Task<HashSet<string>> StartAsync()
    {
        var parts = (replicas + MostReplicas - 1) / MostReplicas;
        await Task.WhenAll(Enumerable.Range(0, parts).Select(part => StartAsync($"{name}-{part}", (replicas / parts) + (part < replicas % parts ? 1 : 0))));
        var uids = await UidsAsync();
        Assert.Equal(replicas, uids.Count);
        return uids;
    }

    /// <summary>The uids of the pods.</summary>
    public async Task<HashSet<string>> UidsAsync() => [.. (await PodsAsync()).Select(pod => pod.GetProperty("metadata").GetProperty("uid").GetString()!)];

    /// <summary>The names of the pods.</summary>
    public async Task<string[]> NamesAsync() => [.. (await PodsAsync()).Select(pod => pod.GetProperty("metadata").GetProperty("name").GetString()!)];

    /// <summary>How often their containers were started again.</summary>
    public async Task<int> RestartsAsync() => (await PodsAsync()).Sum(pod =>
        pod.GetProperty("status").TryGetProperty("containerStatuses", out var containers)
            ? containers.EnumerateArray().Sum(container => container.GetProperty("restartCount").GetInt32())
            : 0);

    /// <summary>How many pods are Ready.</summary>
    public async Task<int> CountReadyAsync() => (await PodsAsync()).Count(IsReady);

    /// <summary>The pods as any silo shows them.</summary>
    private async Task<IReadOnlyList<JsonElement>> PodsAsync()
    {
        var answer = await cluster.Reachable.Api.GetAsync($"/api/v1/namespaces/default/pods?labelSelector=workload%3D{name}");
        return [.. answer.Ok().Json.GetProperty("items").EnumerateArray()];
    }

    private async Task StartAsync(string deployment, int count)
    {
        var body = $$"""
            {"metadata":{"name":"{{deployment}}"},"spec":{"replicas":{{count}},"selector":{"matchLabels":{"app":"{{deployment}}"} },
             "template":{"metadata":{"labels":{"app":"{{deployment}}","workload":"{{name}}"} },"spec":{"containers":[{"name":"main","image":"simulated:1"}]} } } }
            """;
        const string path = "/apis/apps/v1/namespaces/default/deployments";
        await Eventually.TrueAsync($"deployment {deployment} is taken", async () => (await cluster.Reachable.Api.PostAsync(path, body)).StatusCode is 201 or 409, Bound);
        await Eventually.TrueAsync(
            $"{count} pods of {deployment} are Ready",
            async () =>
            {
                await Task.Delay(100);
                var status = (await cluster.Reachable.Api.GetAsync($"{path}/{deployment}")).Ok().Json.GetProperty("status");
                return status.TryGetProperty("readyReplicas", out var ready) && ready.GetInt32() == count;
            },
            Bound);
    }

    private static bool IsReady(JsonElement pod) =>
        pod.GetProperty("status").TryGetProperty("conditions", out var conditions)
        && conditions.EnumerateArray().Any(condition => condition.GetProperty("type").GetString() == "Ready" && condition.GetProperty("status").GetString() == "True");
}
