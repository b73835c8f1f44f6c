using System.Collections.Concurrent;
using System.Net;

namespace Grainhouse.Cluster.Tests;

/// <summary>A web server that keeps what is PUT, as picky as Azure's: a signature, a length and a kind of blob are wanted.</summary>
internal sealed class BlobServer : IAsyncDisposable
{
    private const string Signature = "sig=a%2Fb%3D";

    private readonly HttpListener listener = new();
    private readonly Task serving;

    // The listener counts as listening for a moment after it was disposed.
    private volatile bool stopped;

    public BlobServer()
    {
        var address = $"http://127.0.0.1:{FreePort.Next()}/";
        listener.Prefixes.Add(address);
        listener.Start();
        Address = new Uri(address);
        serving = Task.Run(ServeAsync);
    }

    public Uri Address { get; }

    /// <summary>What is kept, by path.</summary>
    public ConcurrentDictionary<string, byte[]> Blobs { get; } = new();

    /// <summary>The address of a blob, with its signature.</summary>
    public string Signed(string name) => $"{Address}{name}?sv=2024-11-04&{Signature}";

    public async ValueTask DisposeAsync()
    {
        stopped = true;
        listener.Stop();
        await serving;
        listener.Close();
    }

    private async Task ServeAsync()
    {
        while (!stopped)
        {
            try
            {
                var context = await listener.GetContextAsync();
                context.Response.StatusCode = (int)await AnswerAsync(context);
                context.Response.Close();
            }
            catch (Exception closed) when (closed is HttpListenerException or ObjectDisposedException && stopped)
            {
                return;
            }
        }
    }

    private async Task<HttpStatusCode> AnswerAsync(HttpListenerContext context)
    {
        var request = context.Request;
        var name = request.Url!.AbsolutePath;
        if (!request.Url.Query.EndsWith(Signature, StringComparison.Ordinal))
        {
            context.Response.Headers["x-ms-error-code"] = "AuthenticationFailed";
            return HttpStatusCode.Forbidden;
        }

        if (request.HttpMethod == "PUT")
        {
            if (request.ContentLength64 < 0 || request.Headers["x-ms-blob-type"] != "BlockBlob")
            {
                return HttpStatusCode.LengthRequired;
            }

            using var body = new MemoryStream();
            await request.InputStream.CopyToAsync(body);
            Blobs[name] = body.ToArray();
            return HttpStatusCode.Created;
        }

        if (!Blobs.TryGetValue(name, out var kept))
        {
            return HttpStatusCode.NotFound;
        }

        context.Response.ContentLength64 = kept.Length;
        await context.Response.OutputStream.WriteAsync(kept);
        return HttpStatusCode.OK;
    }
}
