using System.Text.Json;
using Grainhouse.Gateway.Protobuf;
using Microsoft.AspNetCore.Http;

namespace Grainhouse.Gateway.Requests;

/// <summary>Reads bodies whole, up to a limit.</summary>
internal static class RequestBody
{
    /// <summary>Reads the body as it is.</summary>
    /// <exception cref="RequestRefusedException">413: it is longer than the limit.</exception>
    public static async Task<byte[]> ReadAsync(HttpRequest request, int limit, CancellationToken cancellationToken)
    {
        if (request.ContentLength > limit)
        {
            throw Refusals.TooLarge(limit);
        }

        if (request.ContentLength is { } length)
        {
            var whole = new byte[length];
            await request.Body.ReadExactlyAsync(whole, cancellationToken);
            return whole;
        }

        var buffer = new byte[4096];
        var filled = 0;
        int read;
        while ((read = await request.Body.ReadAsync(buffer.AsMemory(filled), cancellationToken)) > 0)
        {
            filled += read;
            if (filled > limit)
            {
                throw Refusals.TooLarge(limit);
            }

            if (filled == buffer.Length)
            {
                Array.Resize(ref buffer, buffer.Length * 2);
            }
        }

        return filled == buffer.Length ? buffer : buffer[..filled];
    }

    /// <summary>Reads an object's body as JSON; YAML and the API's protobuf form are converted.</summary>
    /// <exception cref="RequestRefusedException">413, 415, or 400 for malformed YAML or protobuf.</exception>
    public static async Task<byte[]> ReadJsonAsync(HttpRequest request, int limit, CancellationToken cancellationToken)
    {
        var media = MediaType(request);
        var yaml = media is "application/yaml" or "application/x-yaml" or "text/yaml";
        if (media == ProtobufBody.MediaType)
        {
            return FromProtobuf(await ReadAsync(request, limit, cancellationToken));
        }

        if (!yaml && media is not ("" or "*/*" or "application/json"))
        {
            throw Refusals.UnsupportedMediaType();
        }

        var body = await ReadAsync(request, limit, cancellationToken);
        return yaml ? YamlBody.ToJson(body, limit) : body;
    }

    private static byte[] FromProtobuf(byte[] body)
    {
        // A deletion may have a type and no body.
        if (body.Length == 0)
        {
            return body;
        }

        try
        {
            return ProtobufBody.ToJson(body);
        }
        catch (Exception error) when (error is FormatException or OverflowException or ArgumentException or JsonException)
        {
            throw Refusals.BadRequest(error.Message);
        }
    }

    /// <summary>The content type without its parameters, in lower case; empty if there is none.</summary>
    public static string MediaType(HttpRequest request)
    {
        var type = request.ContentType;
        if (string.IsNullOrEmpty(type))
        {
            return "";
        }

        var semicolon = type.IndexOf(';', StringComparison.Ordinal);
        return (semicolon < 0 ? type : type[..semicolon]).Trim().ToLowerInvariant();
    }
}
