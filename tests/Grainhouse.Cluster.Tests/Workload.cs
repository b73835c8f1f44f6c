using System.Text.Json;

namespace Grainhouse.Cluster.Tests;

/// <summary>A Deployment whose pods must live through all that happens to silos.</summary>
internal sealed class Workload(SiloCluster cluster, string name, int replicas)
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);

    /// <summary>Creates it and waits until all of its pods are Ready; returns their uids.</summary>
    public async Task<HashSet<string>> StartAsync()
    {
        var body = $$"""
            {"metadata":{"name":"{{name}}"},"spec":{"replicas":{{replicas}},"selector":{"matchLabels":{"app":"{{name}}"} },
             "template":{"metadata":{"labels":{"app":"{{name}}"} },"spec":{"containers":[{"name":"main","image":"simulated:1"}]} } } }
            """;
        await Eventually.TrueAsync(
            $"deployment {name} is taken",
            async () => (await cluster.Silos.First(silo => silo.IsRunning).Api.PostAsync("/apis/apps/v1/namespaces/default/deployments", body)).StatusCode is 201 or 409,
            Bound);
        await Eventually.TrueAsync($"{replicas} pods of {name} are Ready", async () => (await ReadyAsync()).Count == replicas, Bound);
        return await ReadyAsync();
    }

    /// <summary>The pods as any silo shows them.</summary>
    public async Task<IReadOnlyList<JsonElement>> PodsAsync()
    {
        var answer = await cluster.Silos.First(silo => silo.IsRunning).Api.GetAsync($"/api/v1/namespaces/default/pods?labelSelector=app%3D{name}");
        return [.. answer.Ok().Json.GetProperty("items").EnumerateArray()];
    }

    /// <summary>How often its containers were started again.</summary>
    public async Task<int> RestartsAsync() => (await PodsAsync()).Sum(pod =>
        pod.GetProperty("status").TryGetProperty("containerStatuses", out var containers)
            ? containers.EnumerateArray().Sum(container => container.GetProperty("restartCount").GetInt32())
            : 0);

    private async Task<HashSet<string>> ReadyAsync() =>
        [.. (await PodsAsync()).Where(IsReady).Select(pod => pod.GetProperty("metadata").GetProperty("uid").GetString()!)];

    private static bool IsReady(JsonElement pod) =>
        pod.GetProperty("status").TryGetProperty("conditions", out var conditions)
        && conditions.EnumerateArray().Any(condition => condition.GetProperty("type").GetString() == "Ready" && condition.GetProperty("status").GetString() == "True");
}
