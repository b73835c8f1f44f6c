namespace Grainhouse.Gateway.Tests.Metrics;

public sealed class MetricsTests(GatewayFixture gateway) : IClassFixture<GatewayFixture>
{
    // What the other gateways of this process count is told here too, so this is of a kind that no other test asks for.
    [Fact]
    public async Task Metrics_AfterRequests_CountThemByVerbResourceAndCode()
    {
        gateway.Cluster.Put("podtemplates/m1/a", """{"kind":"PodTemplate","apiVersion":"v1","metadata":{"name":"a"}}""");
        using var watch = await gateway.Client.GetAsync(new Uri("/api/v1/namespaces/m1/podtemplates?watch=1", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        await gateway.GetAsync("/api/v1/namespaces/m1/podtemplates");
        await gateway.GetAsync("/api/v1/namespaces/m1/podtemplates/nobody");

        var metrics = await gateway.Client.GetStringAsync(new Uri("/metrics", UriKind.Relative));

        Assert.Equal("1", Value(metrics, "apiserver_request_total", "verb=\"LIST\"", "resource=\"podtemplates\"", "scope=\"namespace\"", "code=\"200\""));
        Assert.Equal("1", Value(metrics, "apiserver_request_total", "verb=\"GET\"", "resource=\"podtemplates\"", "scope=\"resource\"", "code=\"404\""));
        Assert.Equal("1", Value(metrics, "apiserver_request_duration_seconds_count", "verb=\"LIST\"", "resource=\"podtemplates\""));
        Assert.Equal("1", Value(metrics, "apiserver_request_duration_seconds_bucket", "verb=\"LIST\"", "resource=\"podtemplates\"", "le=\"60\""));
        Assert.Equal("1", Value(metrics, "apiserver_longrunning_requests", "verb=\"WATCH\"", "resource=\"podtemplates\""));
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
