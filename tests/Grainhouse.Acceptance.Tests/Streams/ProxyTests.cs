using System.Text.Json;

namespace Grainhouse.Acceptance.Tests.Streams;

/// <summary>The proxy subresources: a pod's server, a service's, and a node's, asked through the API.</summary>
public sealed class ProxyTests(SharedCluster shared) : NamespacedTests(shared)
{
    private const string Script =
        "mkdir -p /www/cgi-bin /www/sub; echo served > /www/index.html; echo below > /www/sub/index.html; "
        + "printf '#!/bin/sh\\necho Content-Type: text/plain; echo; echo $REQUEST_METHOD $QUERY_STRING $HTTP_X_FORWARDED_URI auth=$HTTP_AUTHORIZATION; cat\\n' > /www/cgi-bin/echo; "
        + "chmod +x /www/cgi-bin/echo; exec httpd -f -p 8080 -h /www";

    private static readonly string Web = $$"""
        {{Manifests.Pod("web", Script, containerExtra: "ports: [ { name: http, containerPort: 8080 } ]")}}
        ---
        apiVersion: v1
        kind: Service
        metadata: { name: web }
        spec: { selector: { app: web }, ports: [ { name: http, port: 80, targetPort: http } ] }
        ---
        apiVersion: v1
        kind: Service
        metadata: { name: nobody }
        spec: { selector: { app: nobody }, ports: [ { port: 80 } ] }
        """;

    /// <summary>The pod, serving.</summary>
    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        await Kubectl.ApplyAsync(Web);
        await Kubectl.OkAsync("wait", "--for=condition=Ready", "pod/web", "--timeout=40s");
        await Kubectl.OkAsync("exec", "web", "--", "sh", "-c", StreamPods.UntilServed);
        await Eventually.TrueAsync(
            "the service has its endpoint", async () => (await Kubectl.ValueAsync("endpoints web", "{.subsets[0].addresses[0].ip}")).Length > 0, TimeSpan.FromSeconds(20));
    }

    [RealFact(Needs.Docker | Needs.Kubectl)]
    public async Task Proxy_OfAPodAndAService_PassesOn()
    {
        foreach (var name in (string[])["pods/web", "pods/web:8080", "pods/http:web:8080", "services/web", "services/web:http", "services/web:80"])
        {
            Assert.Equal("served\n", await RawAsync($"{name}/proxy/"));
        }

        // Both redirects lead back here: the door's own, and that of the server.
        Assert.Equal("served\n", await RawAsync("services/web/proxy"));
        Assert.Equal("below\n", await RawAsync("services/web/proxy/sub"));
        Assert.Equal($"GET a=1&b=%2F {Path("pods/web/proxy/cgi-bin/echo")} auth=\n", await RawAsync("pods/web/proxy/cgi-bin/echo?a=1&b=%2F"));
        Assert.Equal(
            $"POST {Path("services/web:http/proxy/cgi-bin/echo")} auth=\nbody", (await Cluster.Api.PostAsync(Path("services/web:http/proxy/cgi-bin/echo"), "body")).Body);
    }

    [RealFact(Needs.Docker | Needs.Kubectl)]
    public async Task Proxy_OfWhatDoesNotServe_IsUnavailable()
    {
        Assert.Contains("no endpoints available for service \"nobody\"", await FailsAsync("services/nobody/proxy/"), StringComparison.Ordinal);
        Assert.Contains("no service port \"9\" found for service \"web\"", await FailsAsync("services/web:9/proxy/"), StringComparison.Ordinal);
        Assert.Contains("error trying to reach service:", await FailsAsync("pods/web:9/proxy/"), StringComparison.Ordinal);
        Assert.Contains("not found", await FailsAsync("pods/no-such-pod/proxy/"), StringComparison.Ordinal);
    }

    [RealFact(Needs.Docker | Needs.Kubectl)]
    public async Task Proxy_OfANode_ShowsItsAgentAndItsPorts()
    {
        var node = await Kubectl.ValueAsync("nodes", "{.items[0].metadata.name}");
        var root = $"/api/v1/nodes/{node}/proxy";

        Assert.Equal("ok", await Kubectl.OkAsync("get", "--raw", $"{root}/healthz"));
        Assert.Contains(
            "web", JsonDocument.Parse(await Kubectl.OkAsync("get", "--raw", $"{root}/pods")).RootElement.GetProperty("items").EnumerateArray().Select(pod => pod.GetProperty("metadata").GetProperty("name").GetString()));
        await Eventually.TrueAsync(
            "the node's use is measured",
            async () => JsonDocument.Parse(await Kubectl.OkAsync("get", "--raw", $"{root}/stats/summary")).RootElement.GetProperty("node").GetProperty("memory").GetProperty("workingSetBytes").GetInt64() > 0,
            TimeSpan.FromSeconds(40));

        // A server on the node that speaks TLS: the gateway itself.
        Assert.Equal("ok", await Kubectl.OkAsync("get", "--raw", $"/api/v1/nodes/https:{node}:{Cluster.Port}/proxy/livez"));
    }

    private string Path(string rest) => $"/api/v1/namespaces/{Kubectl.Namespace}/{rest}";

    private Task<string> RawAsync(string rest) => Kubectl.OkAsync("get", "--raw", Path(rest));

    private Task<string> FailsAsync(string rest) => Kubectl.FailsAsync("get", "--raw", Path(rest));
}
