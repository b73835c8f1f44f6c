using System.Text.Json;

namespace Grainhouse.Cluster.Tests;

/// <summary>A Deployment on one silo, whose number of pods changes.</summary>
internal sealed class ScaledDeployment(Silo silo, string name)
{
    private const string Path = "/apis/apps/v1/namespaces/default/deployments";

    // For machines that build and test other things at the same time.
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(120);

    /// <summary>Creates it and waits until its pods are Ready; returns their uids.</summary>
    public async Task<HashSet<string>> StartAsync(int pods)
    {
        var body = $$"""
            {"metadata":{"name":"{{name}}"},"spec":{"replicas":{{pods}},"selector":{"matchLabels":{"app":"{{name}}"} },
             "template":{"metadata":{"labels":{"app":"{{name}}"} },"spec":{"containers":[{"name":"main","image":"simulated:1"}]} } } }
            """;
        await Eventually.TrueAsync($"{name} is taken", async () => (await silo.Api.PostAsync(Path, body)).StatusCode is 201 or 409, Bound);
        await SettleAsync(pods);
        return await ReadyAsync();
    }

    /// <summary>Sets how many pods it has, and waits until that many are Ready and no others there.</summary>
    public async Task ScaleAsync(int pods)
    {
        var patch = $$"""{"spec":{"replicas":{{pods}} } }""";
        await Eventually.TrueAsync(
            $"{name} is scaled to {pods}",
            async () => (await silo.Api.SendAsync(HttpMethod.Patch, $"{Path}/{name}", patch, "application/merge-patch+json")).StatusCode == 200,
            Bound);
        await SettleAsync(pods);
    }

    /// <summary>The uids of the pods that are Ready.</summary>
    public async Task<HashSet<string>> ReadyAsync() =>
        [.. (await PodsAsync()).Where(IsReady).Select(pod => pod.GetProperty("metadata").GetProperty("uid").GetString()!)];

    /// <summary>The names of the pods.</summary>
    public async Task<string[]> NamesAsync() => [.. (await PodsAsync()).Select(pod => pod.GetProperty("metadata").GetProperty("name").GetString()!)];

    private Task<TimeSpan> SettleAsync(int pods) => Eventually.TrueAsync(
        $"{pods} pods of {name} are Ready and no others there", async () => (await ReadyAsync()).Count == pods && (await NamesAsync()).Length == pods, Bound);

    private async Task<IReadOnlyList<JsonElement>> PodsAsync() =>
        [.. (await silo.Api.GetAsync($"/api/v1/namespaces/default/pods?labelSelector=app%3D{name}")).Ok().Json.GetProperty("items").EnumerateArray()];

    private static bool IsReady(JsonElement pod) =>
        pod.GetProperty("status").TryGetProperty("conditions", out var conditions)
        && conditions.EnumerateArray().Any(condition => condition.GetProperty("type").GetString() == "Ready" && condition.GetProperty("status").GetString() == "True");
}
