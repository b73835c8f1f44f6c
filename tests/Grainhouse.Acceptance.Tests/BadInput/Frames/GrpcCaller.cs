using System.Buffers.Binary;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using Grpc.Core;
using k8s;

namespace Grainhouse.Acceptance.Tests.BadInput.Frames;

/// <summary>Sends bytes as the body of a gRPC call, on a real connection.</summary>
internal sealed class GrpcCaller : IDisposable
{
    private const int Prefix = 5;

    // A stream that goes on for longer has taken its input.
    private static readonly TimeSpan StreamBound = TimeSpan.FromMilliseconds(100);

    private readonly HttpClient client;

    /// <param name="kubeconfig">Says where the cluster is, and whom to trust.</param>
    /// <param name="token">What the caller says of itself; null for nothing.</param>
    /// <param name="certificate">What the caller shows; null for nothing.</param>
    public GrpcCaller(string kubeconfig, string? token, X509Certificate2? certificate)
    {
        var configuration = KubernetesClientConfiguration.BuildConfigFromConfigFile(kubeconfig);
        var handler = new SocketsHttpHandler();
        handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
        };
        handler.SslOptions.CertificateChainPolicy.CustomTrustStore.AddRange(configuration.SslCaCerts);
        if (certificate is not null)
        {
            handler.SslOptions.ClientCertificates = [certificate];
        }

        client = new HttpClient(handler) { BaseAddress = new Uri(configuration.Host), Timeout = TimeSpan.FromSeconds(30) };
        if (token is not null)
        {
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }
    }

    /// <summary>Calls a method that answers one message.</summary>
    /// <returns>The message.</returns>
    public async Task<byte[]> AskAsync(string path, byte[] message)
    {
        using var response = await SendAsync(path, Frame(message), HttpCompletionOption.ResponseContentRead);
        var body = await response.Content.ReadAsByteArrayAsync();
        Assert.Equal(StatusCode.OK, StatusOf(response)?.StatusCode);
        return body[Prefix..];
    }

    /// <summary>Calls with a body that may be anything, and reads for a moment.</summary>
    /// <returns>How the call ended; null where it goes on.</returns>
    public async Task<Status?> TryAsync(GrpcMethod method, byte[] body)
    {
        using var response = await SendAsync(method.Path, body, method.Streams ? HttpCompletionOption.ResponseHeadersRead : HttpCompletionOption.ResponseContentRead);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        using var bound = new CancellationTokenSource(StreamBound);
        try
        {
            await response.Content.CopyToAsync(Stream.Null, method.Streams ? bound.Token : CancellationToken.None);
        }
        catch (OperationCanceledException) when (bound.IsCancellationRequested)
        {
            return null;
        }

        var status = StatusOf(response);
        Assert.True(status is not null, $"a call of {method.Path} ended without a status");
        return status;
    }

    /// <summary>Not compressed, its length, the message: a Length-Prefixed-Message of gRPC over HTTP/2.</summary>
    public static byte[] Frame(byte[] message)
    {
        var frame = new byte[Prefix + message.Length];
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(1), (uint)message.Length);
        message.CopyTo(frame, Prefix);
        return frame;
    }

    /// <inheritdoc/>
    public void Dispose() => client.Dispose();

    private async Task<HttpResponseMessage> SendAsync(string path, byte[] body, HttpCompletionOption completion)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(body),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        request.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        return await client.SendAsync(request, completion);
    }

    private static Status? StatusOf(HttpResponseMessage response)
    {
        var code = Find("grpc-status");
        return code is null ? null : new Status((StatusCode)int.Parse(code), Uri.UnescapeDataString(Find("grpc-message") ?? ""));

        string? Find(string name) =>
            response.Headers.TryGetValues(name, out var first) ? first.First()
            : response.TrailingHeaders.TryGetValues(name, out var last) ? last.First()
            : null;
    }
}
