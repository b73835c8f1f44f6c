namespace Grainhouse.Gateway.Tests.Metrics;

public sealed class MetricsTests(GatewayFixture gateway) : IClassFixture<GatewayFixture>
{
    [Fact]
    public async Task Metrics_AfterRequests_CountThemByVerbResourceAndCode()
    {
        gateway.Cluster.Put("pods/m1/a", """{"kind":"Pod","apiVersion":"v1","metadata":{"name":"a"},"spec":{"containers":[{"name":"a"}]}}""");
        using var watch = await gateway.Client.GetAsync(new Uri("/api/v1/namespaces/m1/pods?watch=1", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        await gateway.GetAsync("/api/v1/namespaces/m1/pods");
        await gateway.GetAsync("/api/v1/namespaces/m1/pods/nobody");

        var metrics = await gateway.Client.GetStringAsync(new Uri("/metrics", UriKind.Relative));

        Assert.Equal("1", Value(metrics, "apiserver_request_total", "verb=\"LIST\"", "resource=\"pods\"", "scope=\"namespace\"", "code=\"200\""));
        Assert.Equal("1", Value(metrics, "apiserver_request_total", "verb=\"GET\"", "resource=\"pods\"", "scope=\"resource\"", "code=\"404\""));
        Assert.Equal("1", Value(metrics, "apiserver_request_duration_seconds_count", "verb=\"LIST\"", "resource=\"pods\""));
        Assert.Equal("1", Value(metrics, "apiserver_request_duration_seconds_bucket", "verb=\"LIST\"", "resource=\"pods\"", "le=\"60\""));
        Assert.Equal("1", Value(metrics, "apiserver_longrunning_requests", "verb=\"WATCH\"", "resource=\"pods\""));
        Assert.Equal("0", Value(metrics, "apiserver_current_inflight_requests", "request_kind=\"mutating\""));
        Assert.Contains("dotnet_gc_collections", metrics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Metrics_WithoutToken_401()
    {
        using var stranger = gateway.NewClient();

        using var answer = await stranger.GetAsync(new Uri("/metrics", UriKind.Relative));

        Assert.Equal(401, (int)answer.StatusCode);
    }

    private static string? Value(string metrics, string name, params string[] labels) => metrics.Split('\n')
        .FirstOrDefault(line => line.StartsWith(name + "{", StringComparison.Ordinal) && labels.All(label => line.Contains(label, StringComparison.Ordinal)))
        ?[(name.Length + 1)..].Split("} ")[1].Split(' ')[0];
}
