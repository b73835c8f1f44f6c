using Grainhouse.Acceptance.Tests.Watches;

namespace Grainhouse.Acceptance.Tests.Prometheus;

/// <summary>A real Prometheus scrapes the cluster's own metrics while it is at work.</summary>
public sealed class ScrapeTests
{
    private const string Path = "/api/v1/namespaces/default/configmaps";
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);

    [RealFact(Needs.Prometheus)]
    public async Task Scrape_AtWork_CountsWhatWasAsked()
    {
        await using var cluster = await Cluster.StartAsync(new ClusterSettings { Runtime = "process" });
        await using var prometheus = await PrometheusServer.StartAsync(
            Requirements.FindOnPath("prometheus")!, cluster, home => Configuration(home, cluster));

        await new MixedWriters(cluster.Api, Path, clients: 4, writes: 400).RunAsync(default);

        // A quarter of the writes creates, and so does the last of all; its figure arrives with the next scrape.
        await Eventually.TrueAsync(
            () => $"the creations in Prometheus:\n{prometheus.Log}",
            async () => await prometheus.QueryAsync("sum(apiserver_request_total{verb=\"POST\",resource=\"configmaps\",code=\"201\"})") >= 101,
            Bound);
        Assert.True(
            await prometheus.QueryAsync("histogram_quantile(0.99, sum by (le) (apiserver_request_duration_seconds_bucket{verb=\"POST\",resource=\"configmaps\"}))") > 0);
        Assert.True(await prometheus.QueryAsync("sum(dotnet_process_memory_working_set_bytes)") > 0, "the runtime's own metrics");
        Assert.Equal(1, await prometheus.QueryAsync("min_over_time(up{job=\"grainhouse\"}[5m])"));
    }

    private static string Configuration(string home, Cluster cluster) => $$"""
        global:
          scrape_interval: 1s
        scrape_configs:
        - job_name: grainhouse
          scheme: https
          tls_config:
            ca_file: {{home}}/ca.crt
            cert_file: {{home}}/client.crt
            key_file: {{home}}/client.key
          static_configs:
          - targets: ["127.0.0.1:{{cluster.Port}}"]
        """;
}
