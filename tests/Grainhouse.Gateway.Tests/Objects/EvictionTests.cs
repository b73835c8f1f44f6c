using Grainhouse.Interfaces.Grains;
using Grainhouse.Interfaces.Objects;

namespace Grainhouse.Gateway.Tests.Objects;

public sealed class EvictionTests(GatewayFixture gateway) : IClassFixture<GatewayFixture>
{
    private const string Path = "/api/v1/namespaces/default/pods/a/eviction";

    [Theory]
    [InlineData("policy/v1")]
    [InlineData("policy/v1beta1")]
    public async Task Evict_InEitherVersion_Is201AndASuccess(string version)
    {
        gateway.Cluster.Put("pods/default/a", """{"metadata":{"name":"a","namespace":"default","uid":"u"}}""");

        var (code, body, _) = await gateway.SendAsync(HttpMethod.Post, Path, $$$"""
            {"apiVersion":"{{{version}}}","kind":"Eviction","metadata":{"name":"a","namespace":"default"},
             "deleteOptions":{"gracePeriodSeconds":7,"preconditions":{"uid":"u"} } }
            """);

        Assert.Equal((201, "Status", "Success", 201), (code, (string?)body["kind"], (string?)body["status"], (int?)body["code"]));
        Assert.Contains(("pods/default/a", new DeletionOptions { GracePeriodSeconds = 7, Uid = "u" }), gateway.Cluster.Evictions);
    }

    [Theory]
    [InlineData("?dryRun=All", "{}")]
    [InlineData("", """{"dryRun":["All"]}""")]
    public async Task Evict_DryRun_SaysSoToTheGrain(string query, string settings)
    {
        gateway.Cluster.Put("pods/default/dry", """{"metadata":{"name":"dry","namespace":"default","uid":"u"}}""");

        var (code, _, _) = await gateway.SendAsync(
            HttpMethod.Post, $"/api/v1/namespaces/default/pods/dry/eviction{query}", $$$"""{"kind":"Eviction","metadata":{"name":"dry"},"deleteOptions":{{{settings}}} }""");

        Assert.Equal(201, code);
        Assert.Contains(("pods/default/dry", new DeletionOptions { DryRun = true }), gateway.Cluster.Evictions);
    }

    [Fact]
    public async Task Evict_RefusedByTheBudget_Is429WithItsCause()
    {
        gateway.Cluster.Put("pods/default/held", """{"metadata":{"name":"held","namespace":"default","uid":"u"}}""");
        gateway.Cluster.Intercept = key => key != "pods/default/held" ? null : ObjectResult.Failed(new ApiStatus(429, "TooManyRequests", "no")
        {
            Causes = [new StatusCause("DisruptionBudget", "why", "")],
        });

        var (code, body, response) = await gateway.SendAsync(
            HttpMethod.Post, "/api/v1/namespaces/default/pods/held/eviction", """{"kind":"Eviction","metadata":{"name":"held"}}""");

        Assert.Equal((429, "TooManyRequests", "DisruptionBudget"), (code, (string?)body["reason"], (string?)body["details"]!["causes"]![0]!["reason"]));
        Assert.Null(response.Headers.RetryAfter);
    }

    [Theory]
    [InlineData("""{"kind":"Eviction","metadata":{"name":"b"}}""", "name in URL does not match name in Eviction object")]
    [InlineData("""{"kind":"Pod","apiVersion":"v1","metadata":{"name":"a"}}""", "no kind \"Pod\" is registered for version \"v1\" as an Eviction")]
    public async Task Evict_AnotherBody_Is400(string body, string message)
    {
        var (code, answer, _) = await gateway.SendAsync(HttpMethod.Post, Path, body);

        Assert.Equal((400, message), (code, (string?)answer["message"]));
    }

    [Fact]
    public async Task Evict_ByAnotherMethod_Is405() => Assert.Equal(405, (await gateway.GetAsync(Path)).Code);

    [Fact]
    public async Task Discovery_TellsWhatDrainLooksFor()
    {
        var (_, body, _) = await gateway.GetAsync("/api/v1");

        var found = Assert.Single(body["resources"]!.AsArray(), resource => (string?)resource!["name"] == "pods/eviction")!;
        Assert.Equal(("policy", "v1", "Eviction", """["create"]"""), ((string?)found["group"], (string?)found["version"], (string?)found["kind"], found["verbs"]!.ToJsonString()));
    }
}
