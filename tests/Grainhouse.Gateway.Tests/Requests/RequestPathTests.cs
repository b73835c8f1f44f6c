using Grainhouse.Gateway.Requests;

namespace Grainhouse.Gateway.Tests.Requests;

public sealed class RequestPathTests
{
    [Theory]
    [InlineData("/api/v1/pods", "", "v1", "pods", null, "", "", false)]
    [InlineData("/api/v1/pods/", "", "v1", "pods", null, "", "", false)]
    [InlineData("/api/v1/nodes/n1", "", "v1", "nodes", null, "n1", "", false)]
    [InlineData("/api/v1/nodes/n1/status", "", "v1", "nodes", null, "n1", "status", false)]
    [InlineData("/api/v1/namespaces", "", "v1", "namespaces", null, "", "", false)]
    [InlineData("/api/v1/namespaces/a", "", "v1", "namespaces", null, "a", "", false)]
    [InlineData("/api/v1/namespaces/a/status", "", "v1", "namespaces", null, "a", "status", false)]
    [InlineData("/api/v1/namespaces/a/finalize", "", "v1", "namespaces", null, "a", "finalize", false)]
    [InlineData("/api/v1/namespaces/a/pods", "", "v1", "pods", "a", "", "", false)]
    [InlineData("/api/v1/namespaces/a/pods/p", "", "v1", "pods", "a", "p", "", false)]
    [InlineData("/api/v1/namespaces/a/pods/p/log", "", "v1", "pods", "a", "p", "log", false)]
    [InlineData("/apis/apps/v1/namespaces/a/deployments/d/scale", "apps", "v1", "deployments", "a", "d", "scale", false)]
    [InlineData("/apis/apps/v1/deployments", "apps", "v1", "deployments", null, "", "", false)]
    [InlineData("/api/v1/watch/pods", "", "v1", "pods", null, "", "", true)]
    [InlineData("/api/v1/watch/namespaces/a/pods/p", "", "v1", "pods", "a", "p", "", true)]
    [InlineData("/api/v1/namespaces/a/pods/p:80/proxy", "", "v1", "pods", "a", "p:80", "proxy", false)]
    [InlineData("/api/v1/namespaces/a/services/https:s:web/proxy/x//y/z/1/2/3/4/5/6/7/8/", "", "v1", "services", "a", "https:s:web", "proxy", false)]
    [InlineData("/api/v1/nodes/n1/proxy/stats/summary", "", "v1", "nodes", null, "n1", "proxy", false)]
    [InlineData("/api/v1/watch/namespaces", "", "v1", "namespaces", null, "", "", true)]
    public void Parse_ResourcePath_AllParts(
        string path, string group, string version, string resource, string? @namespace, string name, string subresource, bool watch)
    {
        Assert.Equal(new RequestPath(true, group, version, resource, @namespace, name, subresource, watch), RequestPath.Parse(path));
    }

    [Theory]
    [InlineData("/")]
    [InlineData("")]
    [InlineData("/api")]
    [InlineData("/api/v1")]
    [InlineData("/api/v1/")]
    [InlineData("/apis/apps")]
    [InlineData("/apis/apps/v1")]
    [InlineData("/version")]
    [InlineData("/api/v1/namespaces/a/pods/p/log/more")]
    [InlineData("/api/v1//pods")]
    [InlineData("/api/v1/namespaces//pods")]
    [InlineData("/a/b/c/d/e/f/g/h/i/j/k/l/m/n/o/p/q")]
    public void Parse_OtherPath_IsNoResource(string path)
    {
        Assert.False(RequestPath.Parse(path) is { IsResource: true, Namespace: not "" });
    }
}
