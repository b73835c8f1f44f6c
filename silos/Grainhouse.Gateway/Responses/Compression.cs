using System.IO.Compression;
using Grainhouse.Interfaces.Objects;
using Microsoft.AspNetCore.Http;

namespace Grainhouse.Gateway.Responses;

/// <summary>gzip for long answers whose client takes it, as kube-apiserver has it. Never for streams.</summary>
internal static class Compression
{
    // Below this a client is quicker without.
    private const long Threshold = 128 * 1024;

    /// <summary>Whether an answer of a length is to be compressed.</summary>
    public static bool Applies(HttpRequest request, long length) => length > Threshold && HttpMethods.IsGet(request.Method) && Accepts(request);

    /// <summary>Whether a list is to be compressed: by the documents in it, since its form is still to be made.</summary>
    public static bool Applies(HttpRequest request, IReadOnlyCollection<KubeObject> items)
    {
        if (!HttpMethods.IsGet(request.Method) || !Accepts(request))
        {
            return false;
        }

        var length = 0L;
        foreach (var item in items)
        {
            if ((length += item.Document.Length) > Threshold)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Begins a compressed body; its end is the end of the stream.</summary>
    public static GZipStream Begin(HttpResponse response)
    {
        response.Headers.ContentEncoding = "gzip";
        response.Headers.Append("Vary", "Accept-Encoding");
        return new GZipStream(response.Body, CompressionLevel.Fastest);
    }

    private static bool Accepts(HttpRequest request)
    {
        foreach (var header in request.Headers.AcceptEncoding)
        {
            foreach (var clause in (header ?? "").AsSpan().Split(','))
            {
                var coding = header.AsSpan()[clause].Trim();
                if (coding is "gzip" or "*" || (coding.StartsWith("gzip;", StringComparison.Ordinal) && !coding.EndsWith("q=0", StringComparison.Ordinal)))
                {
                    return true;
                }
            }
        }

        return false;
    }
}
