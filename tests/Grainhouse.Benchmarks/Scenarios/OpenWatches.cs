using System.Net;
using System.Text.Json;

namespace Grainhouse.Benchmarks.Scenarios;

/// <summary>Opens watches, hundreds to a connection as Go's clients do.</summary>
internal static class OpenWatches
{
    /// <summary>Returns watches from now on, of which the headers have come.</summary>
    public static async Task<HttpResponseMessage[]> OpenAsync(HttpClient http, int count, string path, CancellationToken cancellationToken)
    {
        var open = new HttpResponseMessage[count];
        var revision = await RevisionAsync(http, path, cancellationToken);
        await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = 32, CancellationToken = cancellationToken }, async (index, token) =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"{path}?watch=1&resourceVersion={revision}")
            {
                Version = HttpVersion.Version20,
                VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            };
            open[index] = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, token);
            open[index].EnsureSuccessStatusCode();
        });
        return open;
    }

    private static async Task<string> RevisionAsync(HttpClient http, string path, CancellationToken cancellationToken)
    {
        using var list = JsonDocument.Parse(await http.GetByteArrayAsync(new Uri($"{path}?limit=1", UriKind.Relative), cancellationToken));
        return list.RootElement.GetProperty("metadata").GetProperty("resourceVersion").GetString()!;
    }
}
