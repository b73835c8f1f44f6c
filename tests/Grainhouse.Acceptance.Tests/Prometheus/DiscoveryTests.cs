using System.Globalization;
using Xunit.Abstractions;

namespace Grainhouse.Acceptance.Tests.Prometheus;

/// <summary>What Prometheus' kubernetes_sd_configs follow, while the cluster changes.</summary>
/// <remarks>
/// Debian's Prometheus is built without that discovery ("field kubernetes_sd_configs not found in type config.ScrapeConfig"), so the Go
/// client runs the same informers of client-go for the same roles. GRAINHOUSE_DISCOVERY_SECONDS says for how long.
/// </remarks>
public sealed class DiscoveryTests(ITestOutputHelper output)
{
    private const int Services = 5;
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);

    [RealFact(Needs.GoClient | Needs.Kubectl)]
    public async Task Discovery_OfAChangingCluster_HasWhatAListHasWithoutAnError()
    {
        var seconds = double.Parse(Environment.GetEnvironmentVariable("GRAINHOUSE_DISCOVERY_SECONDS") ?? "20", CultureInfo.InvariantCulture);
        await using var cluster = await Cluster.StartAsync(new ClusterSettings { Runtime = "process" });
        var kubectl = await cluster.NamespaceAsync("watched");
        var node = await kubectl.ValueAsync("nodes", "{.items[0].metadata.name}");
        await using var follower = new ChildProcess(Requirements.GoClient!, ["discover", cluster.Kubeconfig, "all"]);
        await follower.WaitForLineAsync("synced", Bound);

        var end = DateTimeOffset.UtcNow.AddSeconds(seconds);
        var turn = 0;
        for (; DateTimeOffset.UtcNow < end; turn++)
        {
            await kubectl.ApplyAsync(Manifest(turn % Services, replicas: 1 + (turn % 3)));
            await kubectl.OkAsync(turn % 2 == 0 ? "cordon" : "uncordon", node);
            if (turn % 3 == 2)
            {
                await kubectl.OkAsync("delete", "deployment,service,ingress", $"app-{(turn + 2) % Services}", "--ignore-not-found", "--wait=false");
            }
        }

        await kubectl.OkAsync("uncordon", node);
        await follower.SayAsync("check");
        await follower.WaitForLineAsync("events=", Bound);

        output.WriteLine($"{turn} turns in {seconds} s: {follower.Log}");
        Assert.Contains("ok pod=", follower.Log, StringComparison.Ordinal);
        Assert.Contains("backwards=0", follower.Log, StringComparison.Ordinal);

        // The informers' own log: a watch or list that failed, or ended too early.
        Assert.DoesNotMatch("(?i)failed|error|very short watch", follower.Log);
    }

    private static string Manifest(int number, int replicas) => $$"""
        apiVersion: apps/v1
        kind: Deployment
        metadata: { name: app-{{number}} }
        spec:
          replicas: {{replicas}}
          selector: { matchLabels: { app: app-{{number}} } }
          template:
            metadata: { labels: { app: app-{{number}} }, annotations: { prometheus.io/scrape: "true", prometheus.io/port: "8080" } }
            spec:
              runtimeClassName: process
              terminationGracePeriodSeconds: 0
              containers: [ { name: main, image: none, command: [ sleep, "100000" ], ports: [ { name: http, containerPort: 8080 } ] } ]
        ---
        apiVersion: v1
        kind: Service
        metadata: { name: app-{{number}} }
        spec: { selector: { app: app-{{number}} }, ports: [ { name: http, port: 80, targetPort: http } ] }
        ---
        apiVersion: networking.k8s.io/v1
        kind: Ingress
        metadata: { name: app-{{number}} }
        spec: { rules: [ { host: app-{{number}}.example.com, http: { paths: [ { path: /, pathType: Prefix, backend: { service: { name: app-{{number}}, port: { name: http } } } } ] } } ] }
        """;
}
