using System.Net;
using System.Net.Http.Headers;
using System.Net.WebSockets;
using System.Runtime.ExceptionServices;
using k8s;

namespace Grainhouse.Client.Connections;

/// <summary>Sends requests to one API server, over KubernetesClient's connection.</summary>
internal sealed class Transport(Kubernetes kubernetes, TimeProvider time)
{
    // As client-go: a server that says when to come again is believed so often.
    private const int Tries = 10;

    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    /// <summary>Sends a request and reads the answer whole.</summary>
    /// <exception cref="ApiException">The server refused it.</exception>
    /// <exception cref="HttpRequestException">The server is not in reach.</exception>
    public async Task<byte[]> SendAsync(
        Operation operation, HttpMethod method, string path, ReadOnlyMemory<byte>? body = null, string contentType = "application/json", CancellationToken cancellationToken = default)
    {
        for (var attempt = 1; ; attempt++)
        {
            using var activity = ClientTelemetry.Begin(operation);
            var began = time.GetTimestamp();
            var code = 0;
            try
            {
                using var request = await RequestAsync(method, path, body, contentType, cancellationToken);
                using var response = await kubernetes.HttpClient.SendAsync(request, cancellationToken);
                code = (int)response.StatusCode;
                var answer = await response.Content.ReadAsByteArrayAsync(cancellationToken);
                if (response.IsSuccessStatusCode)
                {
                    return answer;
                }

                var refusal = ApiException.From(code, answer, RetryAfter(response.Headers));
                if (!MayRepeat(method, refusal) || attempt == Tries)
                {
                    throw refusal;
                }

                await Task.Delay(refusal.RetryAfter!.Value, time, cancellationToken);
            }
            finally
            {
                ClientTelemetry.End(operation, activity, time.GetElapsedTime(began), code);
            }
        }
    }

    /// <summary>Opens an answer that is read while it comes. Dispose it.</summary>
    /// <exception cref="ApiException">The server refused it.</exception>
    /// <exception cref="HttpRequestException">The server is not in reach.</exception>
    public async Task<HttpResponseMessage> OpenAsync(Operation operation, string path, CancellationToken cancellationToken)
    {
        using var activity = ClientTelemetry.Begin(operation);
        var began = time.GetTimestamp();
        var code = 0;
        try
        {
            using var request = await RequestAsync(HttpMethod.Get, path, null, "", cancellationToken);
            var response = await kubernetes.HttpClient.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            code = (int)response.StatusCode;
            if (response.IsSuccessStatusCode)
            {
                return response;
            }

            using (response)
            {
                throw ApiException.From(code, await response.Content.ReadAsByteArrayAsync(cancellationToken), RetryAfter(response.Headers));
            }
        }
        finally
        {
            ClientTelemetry.End(operation, activity, time.GetElapsedTime(began), code);
        }
    }

    /// <summary>Opens a WebSocket. Dispose it.</summary>
    /// <param name="operation">What it is for.</param>
    /// <param name="path">Path and query.</param>
    /// <param name="protocols">What is spoken inside, the best first.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ApiException">The server refused it.</exception>
    /// <exception cref="HttpRequestException">The server is not in reach.</exception>
    public async Task<WebSocket> ConnectAsync(Operation operation, string path, IEnumerable<string> protocols, CancellationToken cancellationToken)
    {
        using var activity = ClientTelemetry.Begin(operation);
        var began = time.GetTimestamp();
        var code = 0;
        var socket = new ClientWebSocket();
        try
        {
            foreach (var protocol in protocols)
            {
                socket.Options.AddSubProtocol(protocol);
            }

            var address = new UriBuilder(new Uri(kubernetes.BaseUri, path)) { Scheme = kubernetes.BaseUri.Scheme == Uri.UriSchemeHttps ? Uri.UriSchemeWss : Uri.UriSchemeWs };
            using var upgrade = new HttpMessageInvoker(new UpgradeHandler(kubernetes.HttpClient, kubernetes.Credentials));
            await socket.ConnectAsync(address.Uri, upgrade, cancellationToken);
            code = (int)HttpStatusCode.SwitchingProtocols;
            return socket;
        }
        catch (Exception failed)
        {
            socket.Dispose();
            if (failed is WebSocketException { InnerException: ApiException or HttpRequestException })
            {
                code = failed.InnerException is ApiException refused ? refused.StatusCode : 0;
                ExceptionDispatchInfo.Throw(failed.InnerException);
            }

            throw;
        }
        finally
        {
            ClientTelemetry.End(operation, activity, time.GetElapsedTime(began), code);
        }
    }

    // 429 means that nothing was done; after 503 only a read is safe to repeat.
    private static bool MayRepeat(HttpMethod method, ApiException refusal) =>
        refusal.RetryAfter is not null && (refusal.StatusCode == 429 || (refusal.StatusCode == 503 && method == HttpMethod.Get));

    private TimeSpan? RetryAfter(HttpResponseHeaders headers)
    {
        var wait = headers.RetryAfter?.Delta ?? headers.RetryAfter?.Date - time.GetUtcNow();
        return wait is { } given ? TimeSpan.FromTicks(Math.Clamp(given.Ticks, 0, LongestWait.Ticks)) : null;
    }

    private async Task<HttpRequestMessage> RequestAsync(
        HttpMethod method, string path, ReadOnlyMemory<byte>? body, string contentType, CancellationToken cancellationToken)
    {
        // By HTTP/2 many watches share a connection, and its pings find a server that froze.
        var request = new HttpRequestMessage(method, new Uri(kubernetes.BaseUri, path)) { Version = HttpVersion.Version20 };

        // As client-go: a log is no JSON, and some servers mind.
        request.Headers.Accept.ParseAdd("application/json");
        request.Headers.Accept.ParseAdd("*/*");
        if (body is { } bytes)
        {
            request.Content = new ReadOnlyMemoryContent(bytes) { Headers = { ContentType = new MediaTypeHeaderValue(contentType) } };
        }

        if (kubernetes.Credentials is { } credentials)
        {
            await credentials.ProcessHttpRequestAsync(request, cancellationToken);
        }

        return request;
    }
}
