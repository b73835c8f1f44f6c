using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Grains;

namespace Grainhouse.Gateway.Tests.Objects;

/// <summary>What the door makes of server-side applies and of who writes.</summary>
public sealed class ApplyRequestTests(GatewayFixture gateway) : IClassFixture<GatewayFixture>
{
    private const string Apply = "application/apply-patch+yaml";

    [Fact]
    public async Task Apply_Yaml_IsPassedOnAsJsonWithForceAndManager()
    {
        var (code, _, _) = await gateway.SendAsync(
            HttpMethod.Patch,
            "/api/v1/namespaces/default/configmaps/yaml?fieldManager=gitops&force=true",
            "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: yaml\ndata:\n  a: \"1\"\n",
            Apply);

        var (_, type, patch, options) = Assert.Single(gateway.Cluster.Patches, asked => asked.Key == "configmaps/default/yaml");
        Assert.Equal((201, PatchType.Apply, "gitops", true), (code, type, options.FieldManager, options.Force));
        Assert.Equal("1", (string?)JsonNode.Parse(patch)!["data"]!["a"]);
    }

    [Fact]
    public async Task Apply_ToAnObjectThatIsThere_200()
    {
        const string Config = """{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"json"}}""";
        await gateway.SendAsync(HttpMethod.Patch, "/api/v1/namespaces/default/configmaps/json?fieldManager=gitops", Config, Apply);

        var (code, _, _) = await gateway.SendAsync(HttpMethod.Patch, "/api/v1/namespaces/default/configmaps/json?fieldManager=gitops", Config, Apply);

        Assert.Equal(200, code);
    }

    [Theory]
    [InlineData(Apply, "", "PatchOptions.meta.k8s.io \"\" is invalid: fieldManager: Required value: is required for apply patch")]
    [InlineData("application/merge-patch+json", "force=true", "PatchOptions.meta.k8s.io \"\" is invalid: force: Forbidden: may not be specified for non-apply patch")]
    [InlineData(Apply, "fieldManager=a%0Ab", "PatchOptions.meta.k8s.io \"\" is invalid: fieldManager: Invalid value: \"a\nb\": invalid character U+000A (at position 1)")]
    public async Task Patch_WithOptionsThatDoNotFit_422(string type, string query, string message)
    {
        var (code, body, _) = await gateway.SendAsync(HttpMethod.Patch, $"/api/v1/namespaces/default/configmaps/x?{query}", "{}", type);

        Assert.Equal((422, message), (code, (string?)body["message"]));
    }

    [Fact]
    public async Task Apply_WhatIsNoYaml_400()
    {
        var (code, body, _) = await gateway.SendAsync(HttpMethod.Patch, "/api/v1/namespaces/default/configmaps/bad?fieldManager=x", "{a: [", Apply);

        Assert.Equal((400, "BadRequest"), (code, (string?)body["reason"]));
    }

    [Fact]
    public async Task OpenApi_PatchOperations_ListApply()
    {
        var (_, document, _) = await gateway.GetAsync("/openapi/v3/apis/apps/v1");

        var patch = document["paths"]!["/apis/apps/v1/namespaces/{namespace}/deployments/{name}"]!["patch"]!;
        Assert.NotNull(patch["requestBody"]!["content"]![Apply]);
        Assert.Null(patch["requestBody"]!["content"]!["application/apply-patch+cbor"]);
    }
}
