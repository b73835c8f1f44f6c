using System.Net;
using System.Text.Json.Nodes;

namespace Grainhouse.Gateway.Tests.Discovery;

public sealed class DiscoveryTests(GatewayFixture gateway) : IClassFixture<GatewayFixture>
{
    private const string Aggregated =
        "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json";

    [Theory]
    [InlineData("/api", "APIVersions")]
    [InlineData("/api/", "APIVersions")]
    [InlineData("/apis", "APIGroupList")]
    [InlineData("/apis/apps", "APIGroup")]
    [InlineData("/apis/apps/", "APIGroup")]
    [InlineData("/api/v1", "APIResourceList")]
    [InlineData("/apis/apps/v1/", "APIResourceList")]
    [InlineData("/apis/authorization.k8s.io/v1", "APIResourceList")]
    public async Task Get_Path_KindOfDocument(string path, string kind)
    {
        var (code, body, _) = await gateway.GetAsync(path);

        Assert.Equal((200, kind), (code, (string?)body["kind"]));
    }

    [Fact]
    public async Task Get_Resources_NamesShortNamesAndSubresources()
    {
        var (_, body, _) = await gateway.GetAsync("/apis/apps/v1");

        var resources = body["resources"]!.AsArray();
        var scale = resources.Single(resource => (string?)resource!["name"] == "deployments/scale")!;
        Assert.Equal(["deploy"], resources.Single(resource => (string?)resource!["name"] == "deployments")!["shortNames"]!.AsArray().Select(name => (string?)name));
        Assert.Equal(("autoscaling", "v1", "Scale"), ((string?)scale["group"], (string?)scale["version"], (string?)scale["kind"]));
    }

    [Fact]
    public async Task CustomResourceDefinitions_CanBeReadOnly_AndDiscoverySaysSo()
    {
        const string path = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

        var (_, resources, _) = await gateway.GetAsync("/apis/apiextensions.k8s.io/v1");
        var (listCode, list, _) = await gateway.GetAsync(path);
        var (getCode, _, _) = await gateway.GetAsync(path + "/typos.example.com");
        var (createCode, refusal, _) = await gateway.SendAsync(HttpMethod.Post, path, """{"metadata":{"name":"typos.example.com"}}""");

        Assert.Equal(["get", "list", "watch"], resources["resources"]![0]!["verbs"]!.AsArray().Select(verb => (string?)verb));
        Assert.Equal((200, "CustomResourceDefinitionList"), (listCode, (string?)list["kind"]));
        Assert.Empty(list["items"]!.AsArray());
        Assert.Equal((404, 405), (getCode, createCode));
        Assert.Equal("MethodNotAllowed", (string?)refusal["reason"]);
    }

    [Theory]
    [InlineData("/api", "")]
    [InlineData("/apis", "apps")]
    public async Task Get_Aggregated_ContentTypeAndETag(string path, string group)
    {
        var (_, body, response) = await gateway.GetAsync(path, Aggregated);

        Assert.Equal("application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList", response.Content.Headers.GetValues("Content-Type").Single().Replace(" ", "", StringComparison.Ordinal));
        Assert.Equal("APIGroupDiscoveryList", (string?)body["kind"]);
        Assert.Equal(group, (string?)body["items"]![0]!["metadata"]!["name"] ?? "");
        using var again = new HttpRequestMessage(HttpMethod.Get, path);
        again.Headers.TryAddWithoutValidation("Accept", Aggregated);
        again.Headers.TryAddWithoutValidation("If-None-Match", response.Headers.ETag!.Tag);
        Assert.Equal(HttpStatusCode.NotModified, (await gateway.Client.SendAsync(again)).StatusCode);
    }

    [Fact]
    public async Task OpenApi_Version3_PatchSaysWhatKubectlLooksFor()
    {
        var (_, index, _) = await gateway.GetAsync("/openapi/v3");
        var (_, body, _) = await gateway.GetAsync((string)index["paths"]!["apis/apps/v1"]!["serverRelativeURL"]!);

        var patch = body["paths"]!["/apis/apps/v1/namespaces/{namespace}/deployments/{name}"]!["patch"]!;
        Assert.Equal("""{"group":"apps","kind":"Deployment","version":"v1"}""", patch["x-kubernetes-group-version-kind"]!.ToJsonString());
        Assert.Equal(["dryRun", "fieldManager", "fieldValidation", "force"], patch["parameters"]!.AsArray().Select(parameter => (string?)parameter!["name"]));
        Assert.NotNull(patch["requestBody"]!["content"]!["application/strategic-merge-patch+json"]);
        var containers = body["components"]!["schemas"]!["io.k8s.api.core.v1.PodSpec"]!["properties"]!["containers"]!;
        Assert.Equal(("name", "merge"), ((string?)containers["x-kubernetes-patch-merge-key"], (string?)containers["x-kubernetes-patch-strategy"]));
    }

    [Theory]
    [InlineData("LocalObjectReference", "", "atomic")]
    [InlineData("ServiceSpec", "selector", "atomic")]
    [InlineData("PersistentVolumeSpec", "claimRef", "granular")]
    [InlineData("ConfigMap", "data", null)]
    [InlineData("PodSpec", "", null)]
    public async Task OpenApi_MapType_SaysWhatIsOwnedAsAWhole(string definition, string field, string? expected)
    {
        var (_, body, _) = await gateway.GetAsync("/openapi/v3/api/v1");

        var schema = body["components"]!["schemas"]![$"io.k8s.api.core.v1.{definition}"]!;
        Assert.Equal(expected, (string?)(field.Length == 0 ? schema : schema["properties"]![field]!)["x-kubernetes-map-type"]);
    }

    [Theory]
    [InlineData("/openapi/v2", "#/definitions/")]
    [InlineData("/openapi/v3/api/v1", "#/components/schemas/")]
    [InlineData("/openapi/v3/apis/discovery.k8s.io/v1", "#/components/schemas/")]
    public async Task OpenApi_References_AllLeadSomewhere(string path, string prefix)
    {
        var (_, body, _) = await gateway.GetAsync(path);

        var defined = prefix.StartsWith("#/d", StringComparison.Ordinal) ? body["definitions"]!.AsObject() : body["components"]!["schemas"]!.AsObject();
        foreach (var reference in References(body))
        {
            Assert.True(defined.ContainsKey(reference[prefix.Length..]), reference);
        }
    }

    [Theory]
    [InlineData("/openapi/v2", "application/vnd.kubernetes.protobuf")]
    [InlineData("/openapi/v3", "application/com.github.proto-openapi.spec.v3@v1.0+protobuf")]
    public async Task OpenApi_FormThatIsNotServed_406(string path, string accept)
    {
        var (code, _, _) = await gateway.GetAsync(path, accept);

        Assert.Equal(406, code);
    }

    private static IEnumerable<string> References(JsonNode? node) => node switch
    {
        JsonObject map => map.SelectMany(property => property.Key == "$ref" ? [(string)property.Value!] : References(property.Value)),
        JsonArray list => list.SelectMany(References),
        _ => [],
    };
}
