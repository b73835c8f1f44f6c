using System.Buffers;
using System.Net;
using System.Net.Sockets;

namespace Grainhouse.HostAgent.Probes;

/// <summary>Asks httpGet probes, as kubelet does: no certificate is checked, no connection kept.</summary>
internal sealed class HttpProber : IDisposable
{
    private const int MostRedirects = 10;

    /// <summary>How much of a body is read: kubelet's bound.</summary>
    private const int LongestBody = 10 * 1024;

    // A kept connection would keep a container's last probe alive over its restart, and 110 pods' sockets open for nothing.
    private readonly HttpMessageInvoker client = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        AutomaticDecompression = DecompressionMethods.None,
        PooledConnectionLifetime = TimeSpan.Zero,
        ActivityHeadersPropagator = null,
#pragma warning disable CA5359 // A probe asks whether the container answers, not who it is: kubelet's rule.
        SslOptions = { RemoteCertificateValidationCallback = static (_, _, _, _) => true },
#pragma warning restore CA5359
    });

    public async Task<ProbeFinding> AskAsync(ProbeTarget.Http target, CancellationToken cancellationToken)
    {
        var url = target.Url;
        try
        {
            for (var hops = 0; hops <= MostRedirects; hops++)
            {
                using var request = RequestOf(target, url);
                using var response = await client.SendAsync(request, cancellationToken);
                var next = RedirectOf(response, url);
                if (next is null)
                {
                    return await JudgeAsync(response, cancellationToken);
                }

                // A redirect to another host is not followed, and counts as success with a warning: kubelet's rule since 1.14.
                if (next.Host != target.Url.Host)
                {
                    return ProbeFinding.Success;
                }

                url = next;
            }

            return ProbeFinding.Failed($"Get \"{url}\": stopped after {MostRedirects} redirects");
        }
        catch (HttpRequestException error)
        {
            return ProbeFinding.Failed($"Get \"{url}\": {Words(error, url)}");
        }
    }

    public void Dispose() => client.Dispose();

    private static HttpRequestMessage RequestOf(ProbeTarget.Http target, Uri url)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, url);
        foreach (var (name, value) in target.Headers)
        {
            if (name.Equals("Host", StringComparison.OrdinalIgnoreCase))
            {
                request.Headers.Host = value;
            }
            else
            {
                request.Headers.TryAddWithoutValidation(name, value);
            }
        }

        if (!request.Headers.Contains("User-Agent"))
        {
            request.Headers.TryAddWithoutValidation("User-Agent", "kube-probe/1.32");
        }

        if (!request.Headers.Contains("Accept"))
        {
            request.Headers.TryAddWithoutValidation("Accept", "*/*");
        }

        request.Headers.ConnectionClose = true;
        return request;
    }

    private static Uri? RedirectOf(HttpResponseMessage response, Uri url) =>
        response.StatusCode is HttpStatusCode.Moved or HttpStatusCode.Found or HttpStatusCode.SeeOther
            or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect
        && response.Headers.Location is { } location ? new Uri(url, location) : null;

    private static async Task<ProbeFinding> JudgeAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var code = (int)response.StatusCode;
        await DrainAsync(response, cancellationToken);
        return code is >= 200 and < 400 ? ProbeFinding.Success : ProbeFinding.Failed($"HTTP probe failed with statuscode: {code}");
    }

    /// <summary>Reads what a small body has, so that the server sees its answer taken.</summary>
    private static async Task DrainAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(LongestBody);
        try
        {
            await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
            await stream.ReadAtLeastAsync(buffer, LongestBody, throwOnEndOfStream: false, cancellationToken);
        }
        catch (IOException)
        {
            // The status line is the answer; a body cut short does not change it.
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static string Words(HttpRequestException error, Uri url) => error.InnerException switch
    {
        SocketException socket => $"dial tcp {url.Host}:{url.Port}: connect: {Prober.Words(socket)}",
        HttpIOException => "EOF",
        { } inner => inner.Message,
        null => error.Message,
    };
}
