using System.Net;
using Grainhouse.Interfaces.Storage;

namespace Grainhouse.Gateway.Tests.Objects;

public sealed class FailureTests(GatewayFixture gateway) : IClassFixture<GatewayFixture>
{
    public static TheoryData<Exception, int, string, bool> Failures => new()
    {
        { new StoreUnavailableException("the disk is full"), 503, "ServiceUnavailable", true },
        { new Orleans.Runtime.SiloUnavailableException(), 503, "ServiceUnavailable", true },
        { new TimeoutException(), 504, "Timeout", true },
        { new OperationCanceledException(), 503, "ServiceUnavailable", true },
        { new InvalidOperationException("a defect"), 500, "InternalError", false },
    };

    [Theory]
    [MemberData(nameof(Failures), DisableDiscoveryEnumeration = true)]
    public async Task Write_GrainFails_StatusThatSaysWhetherToComeAgain(Exception cause, int code, string reason, bool retry)
    {
        gateway.Cluster.Intercept = _ => throw cause;

        var (answered, body, response) = await gateway.SendAsync(HttpMethod.Post, "/api/v1/namespaces/default/configmaps", """{"metadata":{"name":"a"}}""");

        Assert.Equal((code, reason, "Failure"), (answered, (string?)body["reason"], (string?)body["status"]));
        Assert.Equal(retry, response.Headers.RetryAfter is not null);
    }

    [Fact]
    public async Task Watch_GatewayStops_EndsCleanlyWithABookmark()
    {
        var stopping = new GatewayFixture();
        await stopping.InitializeAsync();
        using var response = await stopping.Client.GetAsync(
            "/api/v1/namespaces?watch=true&allowWatchBookmarks=true", HttpCompletionOption.ResponseHeadersRead);
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync());
        Assert.StartsWith("{\"type\":\"ADDED\"", await lines.ReadLineAsync(), StringComparison.Ordinal);

        var stopped = stopping.StopAsync();

        Assert.StartsWith("{\"type\":\"BOOKMARK\"", await lines.ReadLineAsync(), StringComparison.Ordinal);
        Assert.Null(await lines.ReadLineAsync());
        await stopped;
        await stopping.DisposeAsync();
    }

    [Fact]
    public async Task Ready_StoreAway_500NamesIt()
    {
        gateway.Cluster.Away = true;
        try
        {
            var response = await gateway.Client.GetAsync("/readyz");

            Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
            Assert.Contains("[-]store failed: the store is away", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
            Assert.Equal(HttpStatusCode.OK, (await gateway.Client.GetAsync("/livez")).StatusCode);
            Assert.Equal(HttpStatusCode.OK, (await gateway.Client.GetAsync("/readyz?exclude=store&exclude=cache")).StatusCode);
        }
        finally
        {
            gateway.Cluster.Away = false;
        }
    }
}
