using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using k8s;

namespace Grainhouse.Acceptance.Tests.Harness;

/// <summary>The Kubernetes API without a client library between: what goes over the wire is what the test says.</summary>
internal sealed class ApiClient : IDisposable
{
    private readonly HttpClient client;

    /// <param name="kubeconfig">The file.</param>
    /// <param name="address">Where the API is; null for what the file says.</param>
    /// <param name="version">The version of HTTP to ask for; null for 1.1. With 2, which kubectl speaks, many calls share a connection.</param>
    public ApiClient(string kubeconfig, Uri? address = null, Version? version = null)
    {
        var configuration = KubernetesClientConfiguration.BuildConfigFromConfigFile(kubeconfig);
        var handler = new SocketsHttpHandler
        {
            MaxConnectionsPerServer = 64,
            EnableMultipleHttp2Connections = true,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        };
        handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
        };
        handler.SslOptions.CertificateChainPolicy.CustomTrustStore.AddRange(configuration.SslCaCerts);
        if (configuration.ClientCertificateData is { } certificate)
        {
            var pair = X509Certificate2.CreateFromPem(Text(certificate), Text(configuration.ClientCertificateKeyData));
            handler.SslOptions.ClientCertificates = [X509CertificateLoader.LoadPkcs12(pair.Export(X509ContentType.Pkcs12), null)];
        }

        client = new HttpClient(handler)
        {
            BaseAddress = address ?? new Uri(configuration.Host),
            Timeout = Timeout.InfiniteTimeSpan,
            DefaultRequestVersion = version ?? HttpVersion.Version11,
        };
        if (configuration.AccessToken is { Length: > 0 } token)
        {
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }
    }

    /// <summary>Sends one request; the answer's body is read whole.</summary>
    public async Task<ApiAnswer> SendAsync(
        HttpMethod method,
        string path,
        string? body = null,
        string contentType = "application/json",
        CancellationToken cancellationToken = default)
    {
        using var request = new HttpRequestMessage(method, path) { Version = client.DefaultRequestVersion };
        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue(contentType));
        }

        using var response = await client.SendAsync(request, cancellationToken);
        return new ApiAnswer(
            (int)response.StatusCode,
            await response.Content.ReadAsStringAsync(cancellationToken),
            response.Headers.TryGetValues("Warning", out var warnings) ? [.. warnings] : [])
        {
            RetryAfter = response.Headers.RetryAfter?.Delta,
        };
    }

    public Task<ApiAnswer> GetAsync(string path, CancellationToken cancellationToken = default) =>
        SendAsync(HttpMethod.Get, path, cancellationToken: cancellationToken);

    public Task<ApiAnswer> PostAsync(string path, string body, CancellationToken cancellationToken = default) =>
        SendAsync(HttpMethod.Post, path, body, cancellationToken: cancellationToken);

    /// <summary>The newest revision of a list.</summary>
    public async Task<string> RevisionAsync(string path) =>
        (await GetAsync(path)).Json.GetProperty("metadata").GetProperty("resourceVersion").GetString()!;

    /// <summary>Opens a watch and returns it once the server has answered.</summary>
    public async Task<RawWatch> WatchAsync(string path, string resourceVersion, CancellationToken cancellationToken = default)
    {
        var separator = path.Contains('?', StringComparison.Ordinal) ? '&' : '?';
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{path}{separator}watch=1&resourceVersion={resourceVersion}") { Version = client.DefaultRequestVersion };
        var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        return new RawWatch(response, await response.Content.ReadAsStreamAsync(cancellationToken));
    }

    public void Dispose() => client.Dispose();

    private static string Text(string base64) => Encoding.UTF8.GetString(Convert.FromBase64String(base64));
}

/// <summary>An answer of the API.</summary>
internal sealed record ApiAnswer(int StatusCode, string Body, string[] Warnings)
{
    /// <summary>When the server says that asking again is worth while; null if it does not say.</summary>
    public TimeSpan? RetryAfter { get; init; }

    public bool IsSuccess => StatusCode is >= 200 and < 300;

    public JsonElement Json => JsonDocument.Parse(Body).RootElement;

    /// <summary>The reason of a Status.</summary>
    public string Reason => Field("reason");

    /// <summary>The message of a Status.</summary>
    public string Message => Field("message");

    private string Field(string name) => Json.TryGetProperty(name, out var field) ? field.GetString()! : "";

    public ApiAnswer Ok()
    {
        Assert.True(IsSuccess, ToString());
        return this;
    }

    public override string ToString() => $"HTTP {StatusCode}\n{Body}";
}
