using System.Globalization;
using System.Text.RegularExpressions;
using Xunit.Abstractions;

namespace Grainhouse.Acceptance.Tests.Prometheus;

/// <summary>A real Prometheus' kubernetes_sd_configs, of every role, follow a cluster that changes.</summary>
/// <remarks>GRAINHOUSE_DISCOVERY_SECONDS says for how long.</remarks>
public sealed partial class KubernetesDiscoveryTests(ITestOutputHelper output)
{
    private const int Apps = 5;

    // After two checks each kind was created, changed and deleted, however slow the machine.
    private const int LeastTurns = 4;
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Length =
        TimeSpan.FromSeconds(double.Parse(Environment.GetEnvironmentVariable("GRAINHOUSE_DISCOVERY_SECONDS") ?? "15", CultureInfo.InvariantCulture));

    // Two, and one a minute.
    private static readonly int Checks = Math.Max(2, (int)Length.TotalMinutes);

    [RealFact(Needs.DiscoveringPrometheus | Needs.Kubectl)]
    public async Task Discovery_OfAChangingCluster_HasWhatTheClusterHasWithoutAnError()
    {
        await using var cluster = await Cluster.StartAsync(new ClusterSettings { Runtime = "process" });
        var kubectl = await cluster.NamespaceAsync("watched");
        var node = await kubectl.ValueAsync("nodes", "{.items[0].metadata.name}");
        await using var prometheus = await PrometheusServer.StartAsync(
            Requirements.DiscoveringPrometheus!, cluster, home => Configuration(home, cluster));

        var turn = 0;
        for (var check = 1; check <= Checks; check++)
        {
            for (var end = DateTimeOffset.UtcNow + (Length / Checks); DateTimeOffset.UtcNow < end || turn < check * LeastTurns; turn++)
            {
                await ChangeAsync(kubectl, node, turn);
            }

            var (delay, targets) = await UntilEqualAsync(cluster.Api, prometheus);
            output.WriteLine($"check {check} after {turn} turns: equal after {delay.TotalSeconds:F1} s, {targets}");
        }

        await AssertNothingFailedAsync(prometheus);
        await AssertScrapedAsync(prometheus);
    }

    private static async Task ChangeAsync(Kubectl kubectl, string node, int turn)
    {
        await kubectl.ApplyAsync(Manifest(turn % Apps, turn, replicas: 1 + (turn % 3)));
        await kubectl.OkAsync("scale", $"deployment/app-{turn % Apps}", $"--replicas={1 + ((turn + 1) % 3)}");
        await kubectl.OkAsync("label", "node", node, $"turn={turn}", "--overwrite");
        await kubectl.OkAsync(turn % 2 == 0 ? "cordon" : "uncordon", node);
        await kubectl.OkAsync("delete", "pod", $"lone-{turn - 2}", "--ignore-not-found", "--wait=false");
        if (turn % 3 == 2)
        {
            await kubectl.OkAsync("delete", "deployment,service,ingress", $"app-{(turn - 1) % Apps}", "--ignore-not-found", "--wait=false");
        }
    }

    // Prometheus hands on what it discovered every five seconds.
    private static async Task<(TimeSpan Delay, string Targets)> UntilEqualAsync(ApiClient api, PrometheusServer prometheus)
    {
        IReadOnlyList<string> expected = [], found = [];
        var delay = await Eventually.TrueAsync(
            () => $"""
                Prometheus has the cluster's targets.
                Only the cluster: {string.Join("\n  ", expected.Except(found))}
                Only Prometheus: {string.Join("\n  ", found.Except(expected))}
                {prometheus.Log}
                """,
            async () =>
            {
                expected = await DiscoveredTargets.ExpectedAsync(api);
                found = await DiscoveredTargets.FoundAsync(prometheus);
                return expected.SequenceEqual(found);
            },
            Bound);
        var counts = DiscoveredTargets.Roles.Keys.Select(role => (Role: role, Count: found.Count(line => line.StartsWith(role + " ", StringComparison.Ordinal)))).ToArray();
        Assert.All(counts, count => Assert.True(count.Count > 0, $"no target of role {count.Role}"));
        return (delay, string.Join(' ', counts.Select(count => $"{count.Role}={count.Count}")));
    }

    private async Task AssertNothingFailedAsync(PrometheusServer prometheus)
    {
        var requests = await prometheus.OwnMetricAsync("prometheus_sd_kubernetes_http_request_total");
        var events = await prometheus.OwnMetricAsync("prometheus_sd_kubernetes_events_total");
        output.WriteLine($"requests: {string.Join(", ", requests)}\nevents: {string.Join(", ", events)}");
        Assert.Equal(["{status_code=\"200\"}"], requests.Keys);

        // The node stays.
        Assert.All(events, count => Assert.True(count.Value > 0 || count.Key.Contains("delete\",role=\"node\"", StringComparison.Ordinal), $"{count}"));
        Assert.All(await prometheus.OwnMetricAsync("prometheus_sd_failed_configs"), count => Assert.Equal(0, count.Value));
        Assert.Contains("Server is ready to receive web requests", prometheus.Log, StringComparison.Ordinal);
        Assert.DoesNotContain(prometheus.Lines, line => Trouble().IsMatch(line));
    }

    private async Task AssertScrapedAsync(PrometheusServer prometheus)
    {
        var scrapes = await prometheus.QueryAsync("count_over_time(up{job=\"grainhouse\"}[1h])");
        output.WriteLine($"scrapes of the cluster's own metrics: {scrapes}");
        Assert.True(scrapes > Length.TotalSeconds / 3, $"{scrapes} scrapes");
        Assert.Equal(1, await prometheus.QueryAsync("min_over_time(up{job=\"grainhouse\"}[1h])"));
        Assert.True(await prometheus.QueryAsync("sum(apiserver_request_total{verb=\"POST\",resource=\"pods\",code=\"201\"})") > 0, "pods that were created");
        Assert.True(await prometheus.QueryAsync("sum(apiserver_watch_events_total)") > 0, "events of watches");
    }

    // Prometheus' own levels, and those of klog, which client-go writes with.
    [GeneratedRegex("level=(warn|error)|^[WEF][0-9]{4} ")]
    private static partial Regex Trouble();

    // Every way in is taken: the kubeconfig, its certificate, and a token. Nothing but the cluster's own metrics is scraped, and these are
    // found as everywhere, by the API's own service.
    private static string Configuration(string home, Cluster cluster)
    {
        var certificate = $"api_server: https://127.0.0.1:{cluster.Port}, tls_config: {{ ca_file: {home}/ca.crt, cert_file: {home}/client.crt, key_file: {home}/client.key }}";
        var token = $"api_server: https://127.0.0.1:{cluster.Port}, tls_config: {{ ca_file: {home}/ca.crt }}, authorization: {{ credentials_file: {home}/token }}";
        var file = $"kubeconfig_file: {cluster.Kubeconfig}";
        return $$"""
            global: { scrape_interval: 1s }
            scrape_configs:
            {{Discovery("pod", file)}}
            {{Discovery("service", file)}}
            {{Discovery("endpoints", certificate)}}
            {{Discovery("endpointslice", certificate)}}
            {{Discovery("node", token)}}
            {{Discovery("ingress", token)}}
            - job_name: grainhouse
              scheme: https
              tls_config: { ca_file: {{home}}/ca.crt }
              authorization: { credentials_file: {{home}}/token }
              kubernetes_sd_configs: [ { role: endpoints, {{token}} } ]
              relabel_configs:
              - source_labels: [ __meta_kubernetes_namespace, __meta_kubernetes_service_name, __meta_kubernetes_endpoint_port_name ]
                action: keep
                regex: default;kubernetes;https
            """;
    }

    private static string Discovery(string role, string access) => $$"""
        - job_name: {{role}}
          kubernetes_sd_configs: [ { role: {{role}}, {{access}} } ]
          relabel_configs: [ { action: drop } ]
        """;

    private static string Manifest(int app, int turn, int replicas) => $$"""
        apiVersion: apps/v1
        kind: Deployment
        metadata: { name: app-{{app}} }
        spec:
          replicas: {{replicas}}
          selector: { matchLabels: { app: app-{{app}} } }
          template:
            metadata: { labels: { app: app-{{app}} } }
            spec:
              runtimeClassName: process
              terminationGracePeriodSeconds: 0
              containers: [ { name: main, image: none, command: [ sleep, "100000" ], ports: [ { name: http, containerPort: 8080 } ] } ]
        ---
        apiVersion: v1
        kind: Service
        metadata: { name: app-{{app}}, labels: { turn: "{{turn}}" } }
        spec: { selector: { app: app-{{app}} }, ports: [ { name: http, port: 80, targetPort: http } ] }
        ---
        apiVersion: networking.k8s.io/v1
        kind: Ingress
        metadata: { name: app-{{app}}, labels: { turn: "{{turn}}" } }
        spec: { rules: [ { host: app-{{app}}.example.com, http: { paths: [ { path: /{{turn}}, pathType: Prefix, backend: { service: { name: app-{{app}}, port: { name: http } } } } ] } } ] }
        ---
        apiVersion: v1
        kind: Pod
        metadata: { name: lone-{{turn}}, labels: { turn: "{{turn}}" } }
        spec:
          runtimeClassName: process
          terminationGracePeriodSeconds: 0
          containers: [ { name: main, image: none, command: [ sleep, "100000" ], ports: [ { containerPort: 9090 } ] } ]
        """;
}
