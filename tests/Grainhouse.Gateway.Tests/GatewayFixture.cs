using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Grainhouse.Gateway.Security;
using Grainhouse.Interfaces.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Grainhouse.Gateway.Tests;

/// <summary>The real doors on a real port with real TLS, over a <see cref="FakeCluster"/>.</summary>
public sealed class GatewayFixture : IAsyncLifetime
{
    private readonly string directory = Directory.CreateTempSubdirectory("grainhouse-gateway").FullName;
    private WebApplication app = null!;

    internal FakeCluster Cluster { get; } = new();

    /// <summary>What the gateway logs.</summary>
    internal RecordingLog Log { get; } = new();

    public ClusterAuthority Authority => app.Services.GetRequiredService<ClusterAuthority>();

    public Uri Address { get; private set; } = null!;

    /// <summary>A client with the administrator's token.</summary>
    public HttpClient Client { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Logging.AddProvider(Log);
        builder.Services.AddSingleton(Cluster.Grains);
        builder.Services.AddSingleton<IObjectStore>(Cluster);
        builder.Services.AddSingleton<IObjectCache>(Cluster);
        builder.AddGateway(new GatewayOptions { DataDirectory = directory, ListenAddress = IPAddress.Loopback, Port = 0 });
        app = builder.Build();
        app.MapGateway();
        await app.StartAsync();
        var bound = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        Address = new Uri($"https://127.0.0.1:{new Uri(bound).Port}");
        Client = NewClient(token: Authority.AdminToken);
        Cluster.Put("namespaces//default", """{"kind":"Namespace","apiVersion":"v1","metadata":{"name":"default"},"status":{"phase":"Active"}}""");
    }

    /// <summary>Stops the gateway as a host does when its process is told to end.</summary>
    public Task StopAsync() => app.StopAsync();

    public async Task DisposeAsync()
    {
        Client.Dispose();
        await app.DisposeAsync();
        Directory.Delete(directory, recursive: true);
    }

    /// <summary>A handler that trusts only the cluster's authority.</summary>
    public SocketsHttpHandler NewHandler(X509Certificate2? certificate = null)
    {
        var handler = new SocketsHttpHandler();
        handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            CustomTrustStore = { X509CertificateLoader.LoadCertificate(Authority.Authority.RawData) },
            RevocationMode = X509RevocationMode.NoCheck,
        };
        if (certificate is not null)
        {
            handler.SslOptions.ClientCertificates = [certificate];
        }

        return handler;
    }

    public HttpClient NewClient(string? token = null, X509Certificate2? certificate = null)
    {
        var client = new HttpClient(NewHandler(certificate)) { BaseAddress = Address, Timeout = TimeSpan.FromSeconds(30) };
        if (token is not null)
        {
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        return client;
    }

    /// <summary>Sends a request and reads the answer as JSON.</summary>
    public async Task<(int Code, JsonObject Body, HttpResponseMessage Response)> SendAsync(
        HttpMethod method, string path, string? body = null, string contentType = "application/json", string? accept = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue(contentType);
        }

        if (accept is not null)
        {
            request.Headers.TryAddWithoutValidation("Accept", accept);
        }

        var response = await Client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return ((int)response.StatusCode, JsonNode.Parse(text)!.AsObject(), response);
    }

    public Task<(int Code, JsonObject Body, HttpResponseMessage Response)> GetAsync(string path, string? accept = null) =>
        SendAsync(HttpMethod.Get, path, accept: accept);
}
