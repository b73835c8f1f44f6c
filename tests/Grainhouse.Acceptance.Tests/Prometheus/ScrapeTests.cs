using System.Text.Json;
using Grainhouse.Acceptance.Tests.Watches;
using k8s;

namespace Grainhouse.Acceptance.Tests.Prometheus;

/// <summary>A real Prometheus scrapes the cluster's own metrics while it is at work.</summary>
public sealed class ScrapeTests : IAsyncLifetime, IDisposable
{
    private const string Path = "/api/v1/namespaces/default/configmaps";
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);
    private readonly TemporaryDirectory home = new();
    private readonly HttpClient http = new();
    private Cluster? cluster;

    public async Task InitializeAsync() =>
        cluster = Requirements.Missing(Needs.Prometheus) is null ? await Cluster.StartAsync(new ClusterSettings { Runtime = "process" }) : null;

    public async Task DisposeAsync()
    {
        if (cluster is not null)
        {
            await cluster.DisposeAsync();
        }
    }

    public void Dispose()
    {
        http.Dispose();
        home.Dispose();
    }

    [RealFact(Needs.Prometheus)]
    public async Task Scrape_AtWork_CountsWhatWasAsked()
    {
        var port = FreePort.Next();
        await WriteConfigurationAsync();
        await using var prometheus = new ChildProcess(
            Requirements.FindOnPath("prometheus")!,
            [
                $"--config.file={home.Path}/prometheus.yml", $"--storage.tsdb.path={home.Path}/data", $"--web.listen-address=127.0.0.1:{port}",
                "--web.console.templates=/usr/share/prometheus/consoles", "--web.console.libraries=/usr/share/prometheus/console_libraries",
            ]);

        await new MixedWriters(cluster!.Api, Path, clients: 4, writes: 400).RunAsync(default);

        // A quarter of the writes creates, and so does the last of all; its figure arrives with the next scrape.
        await Eventually.TrueAsync(
            () => $"the creations in Prometheus:\n{prometheus.Log}",
            async () => await QueryAsync(port, "sum(apiserver_request_total{verb=\"POST\",resource=\"configmaps\",code=\"201\"})") >= 101,
            Bound);
        Assert.True(await QueryAsync(port, "histogram_quantile(0.99, sum by (le) (apiserver_request_duration_seconds_bucket{verb=\"POST\",resource=\"configmaps\"}))") > 0);
        Assert.True(await QueryAsync(port, "sum(dotnet_process_memory_working_set_bytes)") > 0, "the runtime's own metrics");
        Assert.Equal(1, await QueryAsync(port, "min_over_time(up{job=\"grainhouse\"}[5m])"));
    }

    private async Task WriteConfigurationAsync()
    {
        var config = KubernetesClientConfiguration.BuildConfigFromConfigFile(cluster!.Kubeconfig);
        await File.WriteAllBytesAsync($"{home.Path}/client.crt", Convert.FromBase64String(config.ClientCertificateData));
        await File.WriteAllBytesAsync($"{home.Path}/client.key", Convert.FromBase64String(config.ClientCertificateKeyData));
        await File.WriteAllTextAsync($"{home.Path}/ca.crt", string.Concat(config.SslCaCerts.Select(certificate => certificate.ExportCertificatePem() + "\n")));
        await File.WriteAllTextAsync(
            $"{home.Path}/prometheus.yml",
            $$"""
            global:
              scrape_interval: 1s
            scrape_configs:
            - job_name: grainhouse
              scheme: https
              tls_config:
                ca_file: {{home.Path}}/ca.crt
                cert_file: {{home.Path}}/client.crt
                key_file: {{home.Path}}/client.key
              static_configs:
              - targets: ["{{new Uri(config.Host).Authority}}"]
            """);
    }

    // The first value of an instant query; 0 while there is none, and while Prometheus does not listen yet.
    private async Task<double> QueryAsync(int port, string query)
    {
        try
        {
            var answer = await http.GetStringAsync(new Uri($"http://127.0.0.1:{port}/api/v1/query?query={Uri.EscapeDataString(query)}"));
            var result = JsonDocument.Parse(answer).RootElement.GetProperty("data").GetProperty("result");
            return result.GetArrayLength() == 0 ? 0 : double.Parse(result[0].GetProperty("value")[1].GetString()!, System.Globalization.CultureInfo.InvariantCulture);
        }
        catch (HttpRequestException)
        {
            return 0;
        }
    }
}
