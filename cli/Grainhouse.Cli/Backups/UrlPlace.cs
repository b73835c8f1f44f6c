using System.Net;
using System.Net.Http.Headers;

namespace Grainhouse.Cli.Backups;

/// <summary>What a URL stands for, with PUT and GET: any web server that takes them, an Azure Blob SAS address, a signed one of S3.</summary>
/// <remarks>
/// One PUT with its length, because object stores take no chunks (both take up to 5 GB so). The length is known when the backup is
/// whole, so it is first written to a temporary file; the same way back, because it is checked before it is used.
/// </remarks>
internal sealed class UrlPlace(Uri url) : BackupPlace
{
    // Without a byte for so long, the other side is gone.
    private static readonly TimeSpan ConnectBound = TimeSpan.FromSeconds(30);

    public override string Name { get; } = url.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);

    public override async Task<T> PutAsync<T>(Func<Stream, Task<T>> write, CancellationToken cancellationToken)
    {
        await using var whole = PrivateFile.CreateTemporary();
        var result = await write(whole);
        whole.Position = 0;

        using var client = NewClient();
        using var request = new HttpRequestMessage(HttpMethod.Put, url) { Content = new StreamContent(whole) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/gzip");
        request.Content.Headers.ContentLength = whole.Length;

        // Azure refuses a blob without it; others do not know it.
        request.Headers.Add("x-ms-blob-type", "BlockBlob");
        using var response = await SendAsync(client, request, cancellationToken);
        return result;
    }

    public override async Task<T> GetAsync<T>(Func<Stream, Task<T>> read, CancellationToken cancellationToken)
    {
        await using var whole = PrivateFile.CreateTemporary();
        using (var client = NewClient())
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, url);
            using var response = await SendAsync(client, request, cancellationToken);
            try
            {
                await response.Content.CopyToAsync(whole, cancellationToken);
            }
            catch (Exception cause) when (cause is HttpRequestException or IOException)
            {
                throw new CliException($"{Name} cannot be read: {cause.Message}", ExitCode.Failure, cause);
            }
        }

        whole.Position = 0;
        return await read(whole);
    }

    // A large backup may take as long as it takes.
    private static HttpClient NewClient() => new(new SocketsHttpHandler { ConnectTimeout = ConnectBound }) { Timeout = Timeout.InfiniteTimeSpan };

    private async Task<HttpResponseMessage> SendAsync(HttpClient client, HttpRequestMessage request, CancellationToken cancellationToken)
    {
        HttpResponseMessage response;
        try
        {
            response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        }
        catch (Exception cause) when (cause is HttpRequestException or IOException)
        {
            throw new CliException($"{Name} does not answer: {cause.Message}", ExitCode.Failure, cause);
        }

        if (response.IsSuccessStatusCode)
        {
            return response;
        }

        using (response)
        {
            throw new CliException($"{Name} refused the {request.Method}: {(int)response.StatusCode} {response.ReasonPhrase}{Hint(response)}");
        }
    }

    private static string Hint(HttpResponseMessage response) => response switch
    {
        _ when response.Headers.TryGetValues("x-ms-error-code", out var codes) => $" ({string.Join(", ", codes)})",
        { StatusCode: HttpStatusCode.RequestEntityTooLarge } => ". Take the backup to a file and copy that.",
        _ => "",
    };
}
