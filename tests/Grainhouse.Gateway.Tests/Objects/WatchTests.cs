using System.Text.Json.Nodes;

namespace Grainhouse.Gateway.Tests.Objects;

public sealed class WatchTests(GatewayFixture gateway) : IClassFixture<GatewayFixture>
{
    private static string Pod(string name, string labels = "{}") =>
        $$$"""{"kind":"Pod","apiVersion":"v1","metadata":{"name":"{{{name}}}","labels":{{{labels}}}},"spec":{"containers":[{"name":"a"}]}}""";

    [Fact]
    public async Task Watch_FromRevision_OnlyLaterChangesInOrder()
    {
        var from = gateway.Cluster.Put("pods/w1/old", Pod("old")).Revision;
        using var watch = await OpenAsync($"/api/v1/namespaces/w1/pods?watch=true&resourceVersion={from}");

        gateway.Cluster.Put("pods/w1/a", Pod("a"));
        gateway.Cluster.Put("pods/w1/a", Pod("a"));
        var gone = gateway.Cluster.Remove("pods/w1/a")!.Revision;

        Assert.Equal("ADDED a, MODIFIED a, DELETED a", $"{await watch.NextAsync()}, {await watch.NextAsync()}, {await watch.NextAsync()}");
        Assert.Equal(gone.ToString(), (string?)watch.Last["object"]!["metadata"]!["resourceVersion"]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("&resourceVersion=0")]
    public async Task Watch_WithoutRevision_StateFirst(string revision)
    {
        gateway.Cluster.Put("pods/w2/a", Pod("a"));
        using var watch = await OpenAsync($"/api/v1/namespaces/w2/pods?watch=true&fieldSelector=metadata.name%3Da{revision}");

        Assert.Equal("ADDED a", await watch.NextAsync());
        gateway.Cluster.Put("pods/w2/other", Pod("other"));
        gateway.Cluster.Put("pods/w2/a", Pod("a"));
        Assert.Equal("MODIFIED a", await watch.NextAsync());
    }

    [Fact]
    public async Task Watch_Selector_EnteringIsAddedAndLeavingIsDeleted()
    {
        var from = gateway.Cluster.Put("pods/w3/a", Pod("a")).Revision;
        using var watch = await OpenAsync($"/api/v1/namespaces/w3/pods?watch=1&labelSelector=on%3Dyes&resourceVersion={from}");

        gateway.Cluster.Put("pods/w3/a", Pod("a", """{"on":"yes"}"""));
        var left = gateway.Cluster.Put("pods/w3/a", Pod("a", """{"on":"no"}""")).Revision;

        Assert.Equal("ADDED a", await watch.NextAsync());
        Assert.Equal("DELETED a", await watch.NextAsync());
        Assert.Equal(("yes", left.ToString()), ((string?)watch.Last["object"]!["metadata"]!["labels"]!["on"], (string?)watch.Last["object"]!["metadata"]!["resourceVersion"]));
    }

    [Fact]
    public async Task Watch_CompactedRevision_ErrorEvent410()
    {
        gateway.Cluster.Compacted = gateway.Cluster.Put("pods/w4/a", Pod("a")).Revision;
        try
        {
            using var watch = await OpenAsync("/api/v1/namespaces/w4/pods?watch=true&resourceVersion=1");

            Assert.StartsWith("ERROR", await watch.NextAsync(), StringComparison.Ordinal);
            Assert.Equal((410, "Expired"), ((int)watch.Last["object"]!["code"]!, (string?)watch.Last["object"]!["reason"]));
            Assert.Null(await watch.NextAsync());
        }
        finally
        {
            gateway.Cluster.Compacted = 0;
        }
    }

    [Fact]
    public async Task Watch_Timeout_LastBookmarkThenCleanEnd()
    {
        gateway.Cluster.Put("pods/w5/a", Pod("a"));
        using var watch = await OpenAsync("/api/v1/namespaces/w5/pods?watch=true&timeoutSeconds=1&allowWatchBookmarks=true");

        Assert.Equal("ADDED a", await watch.NextAsync());
        Assert.Equal("BOOKMARK ", await watch.NextAsync());
        Assert.True(long.Parse((string)watch.Last["object"]!["metadata"]!["resourceVersion"]!) > 0);
        Assert.Null(await watch.NextAsync());
    }

    [Fact]
    public async Task Watch_InitialEvents_EndWithAnAnnotatedBookmark()
    {
        gateway.Cluster.Put("pods/w6/a", Pod("a"));
        using var watch = await OpenAsync("/api/v1/namespaces/w6/pods?watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true");

        Assert.Equal("ADDED a", await watch.NextAsync());
        Assert.Equal("BOOKMARK ", await watch.NextAsync());
        Assert.Equal("true", (string?)watch.Last["object"]!["metadata"]!["annotations"]!["k8s.io/initial-events-end"]);
        gateway.Cluster.Put("pods/w6/b", Pod("b"));
        Assert.Equal("ADDED b", await watch.NextAsync());
    }

    [Fact]
    public async Task Watch_InitialEventsWithoutMatch_422()
    {
        var (code, _, _) = await gateway.GetAsync("/api/v1/pods?watch=true&sendInitialEvents=true");

        Assert.Equal(422, code);
    }

    [Fact]
    public async Task Watch_AsTable_ColumnsInTheFirstEventOnly()
    {
        gateway.Cluster.Put("pods/w7/a", Pod("a"));
        gateway.Cluster.Put("pods/w7/b", Pod("b"));
        using var watch = await OpenAsync("/api/v1/namespaces/w7/pods?watch=true", "application/json;as=Table;v=v1;g=meta.k8s.io");

        await watch.NextAsync();
        Assert.Equal("Table", (string?)watch.Last["object"]!["kind"]);
        Assert.Equal(9, watch.Last["object"]!["columnDefinitions"]!.AsArray().Count);
        await watch.NextAsync();
        Assert.Null(watch.Last["object"]!["columnDefinitions"]);
        Assert.Equal("b", (string?)watch.Last["object"]!["rows"]![0]!["cells"]![0]);
    }

    [Theory]
    [InlineData("/api/v1/watch/namespaces/w8/pods")]
    [InlineData("/api/v1/watch/namespaces/w8/pods/a")]
    [InlineData("/api/v1/watch/pods?fieldSelector=metadata.namespace%3Dw8")]
    [InlineData("/api/v1/namespaces/w8/pods/a?watch=true")]
    public async Task Watch_OldPaths_Same(string path)
    {
        gateway.Cluster.Put("pods/w8/a", Pod("a"));
        using var watch = await OpenAsync(path);

        Assert.Equal("ADDED a", await watch.NextAsync());
    }

    private async Task<OpenWatch> OpenAsync(string path, string? accept = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (accept is not null)
        {
            request.Headers.TryAddWithoutValidation("Accept", accept);
        }

        var response = await gateway.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(200, (int)response.StatusCode);
        return new OpenWatch(response, new StreamReader(await response.Content.ReadAsStreamAsync()));
    }

    private sealed class OpenWatch(HttpResponseMessage response, StreamReader lines) : IDisposable
    {
        public JsonNode Last { get; private set; } = null!;

        public async Task<string?> NextAsync()
        {
            using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(20));
            if (await lines.ReadLineAsync(bound.Token) is not { } line)
            {
                return null;
            }

            Last = JsonNode.Parse(line)!;
            return $"{Last["type"]} {Last["object"]!["metadata"]?["name"]}";
        }

        public void Dispose()
        {
            lines.Dispose();
            response.Dispose();
        }
    }
}
