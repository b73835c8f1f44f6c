using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Grainhouse.HostAgent.Probes;
using Grainhouse.HostAgent.Tests.Cluster;
using Grainhouse.Testing.Network;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using k8s.Models;

namespace Grainhouse.HostAgent.Tests.Probes;

public sealed class ProberTests : IDisposable
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(10);

    private readonly Prober prober = new(TimeProvider.System);
    private readonly FakeRuntime runtime = new();

    public void Dispose() => prober.Dispose();

    [Theory]
    [InlineData("/200", true, "")]
    [InlineData("/399", true, "")]
    [InlineData("/400", false, "failed: HTTP probe failed with statuscode: 400")]
    [InlineData("/503", false, "failed: HTTP probe failed with statuscode: 503")]
    [InlineData("/redirect/200", true, "")]
    [InlineData("/redirect/500", false, "failed: HTTP probe failed with statuscode: 500")]
    [InlineData("/elsewhere", true, "")]
    public async Task Http_IsJudgedByItsStatus(string path, bool succeeds, string message)
    {
        await using var server = await StartAsync(HttpProtocols.Http1);

        var finding = await AskAsync(new ProbeTarget.Http(new Uri(AddressOf(server), path), []));

        Assert.Equal((succeeds ? ProbeOutcome.Success : ProbeOutcome.Failure, message), (finding.Outcome, finding.Message));
    }

    [Fact]
    public async Task Http_SendsItsHeaders()
    {
        await using var server = await StartAsync(HttpProtocols.Http1);

        var finding = await AskAsync(new ProbeTarget.Http(new Uri(AddressOf(server), "/headers"), [KeyValuePair.Create("X-Probe", "yes"), KeyValuePair.Create("Host", "web.example")]));

        Assert.Equal(ProbeOutcome.Success, finding.Outcome);
    }

    [Fact]
    public async Task Http_ThatDoesNotAnswer_TimesOut()
    {
        await using var server = await StartAsync(HttpProtocols.Http1);
        var url = new Uri(AddressOf(server), "/hang");

        var finding = await AskAsync(new ProbeTarget.Http(url, []), TimeSpan.FromMilliseconds(200));

        Assert.Equal($"failed: Get \"{url}\": context deadline exceeded (Client.Timeout exceeded while awaiting headers)", finding.Message);
    }

    [Fact]
    public async Task Http_WithNobodyThere_IsRefused()
    {
        var port = FreePort.Next();

        var finding = await AskAsync(new ProbeTarget.Http(new Uri($"http://127.0.0.1:{port}/"), []));

        Assert.Equal($"failed: Get \"http://127.0.0.1:{port}/\": dial tcp 127.0.0.1:{port}: connect: connection refused", finding.Message);
    }

    [Fact]
    public async Task Tcp_IsWhetherItConnects()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;

        Assert.Equal(ProbeOutcome.Success, (await AskAsync(new ProbeTarget.Tcp("127.0.0.1", port))).Outcome);
        listener.Stop();

        Assert.Equal($"failed: dial tcp 127.0.0.1:{port}: connect: connection refused", (await AskAsync(new ProbeTarget.Tcp("127.0.0.1", port))).Message);
    }

    [Theory]
    [InlineData("", true, "")]
    [InlineData("sick", false, "failed: service unhealthy (responded with \"NOT_SERVING\")")]
    public async Task Grpc_AsksTheHealthService(string service, bool succeeds, string message)
    {
        await using var server = await StartAsync(HttpProtocols.Http2);

        var finding = await AskAsync(new ProbeTarget.Grpc("127.0.0.1", AddressOf(server).Port, service));

        Assert.Equal((succeeds ? ProbeOutcome.Success : ProbeOutcome.Failure, message), (finding.Outcome, finding.Message));
    }

    [Fact]
    public async Task Exec_IsJudgedByItsExitCode() =>
        Assert.Equal(ProbeOutcome.Success, (await AskAsync(new ProbeTarget.Exec(["true"]))).Outcome);

    [Fact]
    public void Target_WithANamedPort_IsResolved()
    {
        var container = new V1Container { Name = "web", Ports = [new V1ContainerPort { Name = "http", ContainerPort = 8080 }] };
        var probe = new V1Probe { HttpGet = new V1HTTPGetAction { Path = "health", Port = "http", Scheme = "HTTPS" } };

        var target = Assert.IsType<ProbeTarget.Http>(ProbeTargets.Of(container, probe, "10.1.2.3"));

        Assert.Equal("https://10.1.2.3:8080/health", target.Url.ToString());
    }

    [Fact]
    public void Target_WithAnUnknownPort_IsUnresolved()
    {
        var probe = new V1Probe { TcpSocket = new V1TCPSocketAction { Port = "nope" } };

        Assert.IsType<ProbeTarget.Unresolved>(ProbeTargets.Of(new V1Container { Name = "web" }, probe, "10.1.2.3"));
    }

    [Fact]
    public void Record_CountsInARow()
    {
        var book = ProbeRecord.For(new V1Probe { SuccessThreshold = 2, FailureThreshold = 3 }, DateTimeOffset.UnixEpoch)!;
        List<ProbeOutcome> results = [];
        foreach (var outcome in "SFSSFFSFFF")
        {
            book = book.Enter(outcome == 'S' ? ProbeOutcome.Success : ProbeOutcome.Failure, DateTimeOffset.UnixEpoch);
            results.Add(book.Result);
        }

        Assert.Equal("UUUSSSSSSF", string.Concat(results.Select(result => result.ToString()[0])));
    }

    private Task<ProbeFinding> AskAsync(ProbeTarget target, TimeSpan? timeout = null) =>
        prober.AskAsync(runtime, "c1", target, timeout ?? Second, CancellationToken.None);

    private static Uri AddressOf(WebApplication server) =>
        new(server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    private static async Task<WebApplication> StartAsync(HttpProtocols protocols)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = protocols));
        var app = builder.Build();
        app.MapGet("/redirect/{code:int}", (int code) => Results.Redirect($"/{code}"));
        app.MapGet("/elsewhere", () => Results.Redirect("http://other.example/"));
        app.MapGet("/{code:int}", (int code) => Results.StatusCode(code));
        app.MapGet("/headers", (HttpRequest request) => Results.StatusCode(request.Headers["X-Probe"] == "yes" && request.Host.Host == "web.example" ? 200 : 500));
        app.MapGet("/hang", async (HttpContext context) => await Task.Delay(Timeout.Infinite, context.RequestAborted));
        app.MapPost("/grpc.health.v1.Health/Check", AnswerHealthAsync);
        await app.StartAsync();
        return app;
    }

    /// <summary>A health service by hand: the frame of gRPC and one enum field.</summary>
    private static async Task AnswerHealthAsync(HttpContext context)
    {
        using var request = new MemoryStream();
        await context.Request.Body.CopyToAsync(request);
        var sick = Encoding.UTF8.GetString(request.ToArray()).Contains("sick", StringComparison.Ordinal);
        context.Response.ContentType = "application/grpc";
        context.Response.DeclareTrailer("grpc-status");
        await context.Response.Body.WriteAsync(new byte[] { 0, 0, 0, 0, 2, 0x08, (byte)(sick ? 2 : 1) });
        context.Response.AppendTrailer("grpc-status", "0");
    }
}
