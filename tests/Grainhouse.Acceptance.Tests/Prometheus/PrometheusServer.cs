using System.Globalization;
using System.Text.Json.Nodes;
using k8s;

namespace Grainhouse.Acceptance.Tests.Prometheus;

/// <summary>A real Prometheus beside a cluster, and what its own API says.</summary>
internal sealed class PrometheusServer : IAsyncDisposable
{
    private const int LinesKept = 10_000;
    private readonly TemporaryDirectory home;
    private readonly ChildProcess process;
    private readonly HttpClient http;

    private PrometheusServer(string program, TemporaryDirectory home, string configuration)
    {
        this.home = home;
        var port = FreePort.Next();
        http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        process = new ChildProcess(
            program,
            [
                $"--config.file={home.Write("prometheus.yml", configuration)}", $"--storage.tsdb.path={home.Path}/data", $"--web.listen-address=127.0.0.1:{port}",
                "--web.console.templates=/usr/share/prometheus/consoles", "--web.console.libraries=/usr/share/prometheus/console_libraries",
            ],
            linesKept: LinesKept);
    }

    /// <summary>What it has said.</summary>
    public string Log => process.Log;

    /// <summary>The lines of its log.</summary>
    public IReadOnlyCollection<string> Lines => process.Lines;

    /// <summary>Starts it and returns when it answers.</summary>
    /// <param name="program">Which one.</param>
    /// <param name="cluster">The cluster; its administrator's ca.crt, client.crt, client.key and token are written.</param>
    /// <param name="configure">Makes the configuration, knowing the folder with these files.</param>
    public static async Task<PrometheusServer> StartAsync(string program, Cluster cluster, Func<string, string> configure)
    {
        var home = new TemporaryDirectory();
        var access = KubernetesClientConfiguration.BuildConfigFromConfigFile(cluster.Kubeconfig);
        await File.WriteAllBytesAsync($"{home.Path}/client.crt", Convert.FromBase64String(access.ClientCertificateData));
        await File.WriteAllBytesAsync($"{home.Path}/client.key", Convert.FromBase64String(access.ClientCertificateKeyData));
        home.Write("ca.crt", string.Concat(access.SslCaCerts.Select(certificate => certificate.ExportCertificatePem() + "\n")));
        File.Copy($"{cluster.DataDirectory}/pki/admin.token", $"{home.Path}/token");
        var server = new PrometheusServer(program, home, configure(home.Path));
        try
        {
            await Eventually.TrueAsync(() => $"Prometheus answers:\n{server.Log}", server.IsReadyAsync, TimeSpan.FromSeconds(30));
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>The first value of an instant query; 0 while there is none.</summary>
    public async Task<double> QueryAsync(string query)
    {
        var result = (await GetAsync($"/api/v1/query?query={Uri.EscapeDataString(query)}"))["result"]!.AsArray();
        return result.Count == 0 ? 0 : Number(result[0]!["value"]![1]!.GetValue<string>());
    }

    /// <summary>What was discovered, also what no scrape is for: each target's labels before relabelling.</summary>
    public async Task<IReadOnlyList<JsonNode>> TargetsAsync()
    {
        var targets = await GetAsync("/api/v1/targets");
        return [.. new[] { "activeTargets", "droppedTargets" }.SelectMany(name => targets[name]!.AsArray()).Select(target => target!["discoveredLabels"]!)];
    }

    /// <summary>What it counts of itself: the series of one name, by their labels as they are written.</summary>
    public async Task<Dictionary<string, double>> OwnMetricAsync(string name) =>
        (await http.GetStringAsync(new Uri("/metrics", UriKind.Relative))).Split('\n')
            .Where(line => line.StartsWith(name + "{", StringComparison.Ordinal))
            .Select(line => (Labels: line[name.Length..(line.LastIndexOf('}') + 1)], Value: line[(line.LastIndexOf(' ') + 1)..]))
            .ToDictionary(series => series.Labels, series => Number(series.Value));

    public async ValueTask DisposeAsync()
    {
        await process.DisposeAsync();
        http.Dispose();
        home.Dispose();
    }

    private async Task<JsonNode> GetAsync(string path) =>
        JsonNode.Parse(await http.GetStringAsync(new Uri(path, UriKind.Relative)))!["data"]!;

    private async Task<bool> IsReadyAsync()
    {
        Assert.False(process.HasExited, $"'{process.Name}' ended:\n{process.Log}");
        return await Probing.GetAsync($"{http.BaseAddress}-/ready") is not null;
    }

    private static double Number(string text) => double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
}
