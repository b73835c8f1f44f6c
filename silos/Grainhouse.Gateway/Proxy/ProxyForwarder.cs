using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using Grainhouse.Gateway.Requests;
using Grainhouse.Interfaces.Objects;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Yarp.ReverseProxy.Forwarder;

namespace Grainhouse.Gateway.Proxy;

/// <summary>Passes requests on, upgrades (WebSocket) too, and their answers back.</summary>
internal sealed class ProxyForwarder : IDisposable
{
    private static readonly HttpRequestOptionsKey<ProxyTarget> TargetKey = new("grainhouse.target");

    // An answer may take as long as it likes, and so may its parts: a log, events, a question that waits.
    private static readonly ForwarderRequestConfig Config = new() { ActivityTimeout = TimeSpan.FromHours(4), Version = HttpVersion.Version11, VersionPolicy = HttpVersionPolicy.RequestVersionExact };

    private readonly IHttpForwarder forwarder;
    private readonly HttpMessageInvoker client;

    public ProxyForwarder(IHttpForwarder forwarder)
    {
        this.forwarder = forwarder;
        client = new HttpMessageInvoker(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            UseCookies = false,
            UseProxy = false,
            ActivityHeadersPropagator = null,
            ConnectTimeout = TimeSpan.FromSeconds(30),
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(15),
            ConnectCallback = static async (context, cancellationToken) =>
                context.InitialRequestMessage.Options.TryGetValue(TargetKey, out var target)
                    ? await target.ConnectAsync(cancellationToken)
                    : throw new InvalidOperationException("The request names no target."),
            SslOptions = new SslClientAuthenticationOptions
            {
#pragma warning disable CA5359 // As upstream: nobody here knows who vouches for a pod's own certificate, and the way to it is the agent's.
                RemoteCertificateValidationCallback = static (_, _, _, _) => true,
#pragma warning restore CA5359
            },
        });
    }

    /// <summary>Passes one request on.</summary>
    /// <param name="http">The request.</param>
    /// <param name="target">Where to.</param>
    /// <param name="prefix">The path in front of the server's own.</param>
    /// <param name="path">The server's own path, as it was sent.</param>
    /// <exception cref="RequestRefusedException">503: the server cannot be reached, or broke off before it answered.</exception>
    public async Task ForwardAsync(HttpContext http, ProxyTarget target, string prefix, string path)
    {
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = null;
        }

        var scheme = target.IsSecure ? "https" : "http";
        var error = await forwarder.SendAsync(http, $"{scheme}://{target.Authority}:{target.Port}", client, Config, new Transformer(target, prefix, path), http.RequestAborted);
        if (error != ForwarderError.None && !http.Response.HasStarted && !http.RequestAborted.IsCancellationRequested)
        {
            var cause = http.GetForwarderErrorFeature()?.Exception;
            throw Find(cause) ?? new RequestRefusedException(ApiStatus.Unavailable($"error trying to reach service: {cause?.Message ?? error.ToString()}"));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => client.Dispose();

    private static RequestRefusedException? Find(Exception? cause)
    {
        while (cause is not (null or RequestRefusedException))
        {
            cause = cause.InnerException;
        }

        return (RequestRefusedException?)cause;
    }

    private sealed class Transformer(ProxyTarget target, string prefix, string path) : HttpTransformer
    {
        public override async ValueTask TransformRequestAsync(HttpContext http, HttpRequestMessage request, string destination, CancellationToken cancellationToken)
        {
            await base.TransformRequestAsync(http, request, destination, cancellationToken);
            request.RequestUri = new Uri($"{destination}{path}{http.Request.QueryString}", new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
            request.Options.Set(TargetKey, target);
            var headers = request.Headers;
            headers.Host = http.Request.Host.Value;

            // Who asks, and by what right, is between the client and this cluster.
            headers.Remove("Authorization");
            foreach (var name in headers.Select(header => header.Key).Where(static name => name.StartsWith("Impersonate-", StringComparison.OrdinalIgnoreCase)).ToArray())
            {
                headers.Remove(name);
            }

            Add(headers, "X-Forwarded-For", http.Connection.RemoteIpAddress?.ToString());
            Set(headers, "X-Forwarded-Host", http.Request.Host.Value);
            Set(headers, "X-Forwarded-Proto", http.Request.Scheme);
            Set(headers, "X-Forwarded-Uri", prefix + path);
        }

        public override async ValueTask<bool> TransformResponseAsync(HttpContext http, HttpResponseMessage? response, CancellationToken cancellationToken)
        {
            var goesOn = await base.TransformResponseAsync(http, response, cancellationToken);
            if (response?.Headers.Location is { } location && Here(http, location) is { } moved)
            {
                http.Response.Headers.Location = moved;
            }

            return goesOn;
        }

        // A place on the same server is behind the same prefix; another server's place is its own.
        private string? Here(HttpContext http, Uri location)
        {
            if (location.IsAbsoluteUri && location.Authority != http.Request.Host.Value && location.Host != target.Authority)
            {
                return null;
            }

            var place = location.IsAbsoluteUri ? location.PathAndQuery + location.Fragment : location.OriginalString;
            return place.StartsWith('/') && !place.StartsWith("//", StringComparison.Ordinal) && !place.StartsWith(prefix + "/", StringComparison.Ordinal) ? prefix + place : null;
        }

        private static void Add(HttpRequestHeaders headers, string name, string? value)
        {
            if (value is not null)
            {
                headers.TryAddWithoutValidation(name, value);
            }
        }

        private static void Set(HttpRequestHeaders headers, string name, string? value)
        {
            headers.Remove(name);
            Add(headers, name, value);
        }
    }
}
