using System.Buffers;
using System.Text;
using System.Text.Json;
using Grainhouse.Gateway.Protobuf;
using Grainhouse.Gateway.Requests;
using Grainhouse.Interfaces.Objects;
using Microsoft.AspNetCore.Http;

namespace Grainhouse.Gateway.Responses;

/// <summary>Writes whole answers: one document, its length known.</summary>
internal static class Answer
{
    // A thread has one buffer for building answers; larger ones than this are not kept.
    private const int KeptCapacity = 256 * 1024;

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? shared;

    [ThreadStatic]
    private static ProtobufWriter? sharedMessage;

    /// <summary>Answers with a failure.</summary>
    public static Task FailureAsync(HttpContext context, ApiStatus status, string continueToken = "")
    {
        if (status.RetryAfterSeconds > 0)
        {
            context.Response.Headers.RetryAfter = status.RetryAfterSeconds.ToString();
        }

        if (status.Code == 401)
        {
            context.Response.Headers.WWWAuthenticate = "Bearer realm=\"grainhouse\"";
        }

        var buffer = Rent();
        StatusDocument.WriteFailure(buffer, status, continueToken);
        return SendAsync(context, status.Code, buffer, status.Code == 406 ? BodyEncoding.Json : EncodingFor(context.Request));
    }

    /// <summary>Answers with a document that <paramref name="write"/> writes.</summary>
    public static Task DocumentAsync<T>(HttpContext context, int code, T state, Action<IBufferWriter<byte>, T> write, BodyEncoding encoding = default)
    {
        var buffer = Rent();
        write(buffer, state);
        return SendAsync(context, code, buffer, encoding);
    }

    /// <summary>Answers with JSON that exists already.</summary>
    public static async Task JsonAsync(HttpContext context, int code, ReadOnlyMemory<byte> json, string contentType = "application/json")
    {
        var response = context.Response;
        response.StatusCode = code;
        response.ContentType = contentType;
        if (Compression.Applies(context.Request, json.Length))
        {
            await using var zipped = Compression.Begin(response);
            await zipped.WriteAsync(json, context.RequestAborted);
            return;
        }

        response.ContentLength = json.Length;
        await response.BodyWriter.WriteAsync(json, context.RequestAborted);
    }

    /// <summary>Answers with plain text.</summary>
    public static Task TextAsync(HttpContext context, int code, string text)
    {
        context.Response.Headers.XContentTypeOptions = "nosniff";
        return JsonAsync(context, code, Encoding.UTF8.GetBytes(text), "text/plain; charset=utf-8");
    }

    /// <summary>How a document is written that has every form: a Status, a review.</summary>
    public static BodyEncoding EncodingFor(HttpRequest request) => Representation.Negotiate(request.Headers.Accept)?.Encoding ?? default;

    /// <summary>Adds words for the user, which kubectl prints.</summary>
    public static void AddWarning(HttpResponse response, string text)
    {
        var quoted = new StringBuilder(text.Length + 8).Append("299 - \"");
        foreach (var letter in text)
        {
            if (letter is '"' or '\\')
            {
                quoted.Append('\\');
            }

            // A header is one line of ASCII.
            quoted.Append(letter is >= ' ' and < (char)127 ? letter : '?');
        }

        response.Headers.Append("Warning", quoted.Append('"').ToString());
    }

    /// <summary>Whether the client wants JSON to read: it says so, or it is a tool for people.</summary>
    public static bool WantsPretty(HttpRequest request)
    {
        if (request.Query.Count > 0 && request.Query.TryGetValue("pretty", out var asked))
        {
            return asked.ToString() is not ("false" or "0");
        }

        return request.Headers.UserAgent is [{ } agent, ..]
            && (agent.StartsWith("curl", StringComparison.Ordinal) || agent.StartsWith("Wget", StringComparison.Ordinal) || agent.StartsWith("Mozilla/5.0", StringComparison.Ordinal));
    }

    private static ArrayBufferWriter<byte> Rent()
    {
        var buffer = shared ?? new ArrayBufferWriter<byte>(8 * 1024);
        shared = null;
        buffer.ResetWrittenCount();
        return buffer;
    }

    private static async Task SendAsync(HttpContext context, int code, ArrayBufferWriter<byte> buffer, BodyEncoding encoding)
    {
        if (encoding == BodyEncoding.Protobuf)
        {
            await SendMessageAsync(context, code, buffer);
        }
        else if (encoding == BodyEncoding.Yaml)
        {
            await JsonAsync(context, code, Encoding.UTF8.GetBytes(YamlOutput.FromJson(buffer.WrittenMemory)), "application/yaml");
        }
        else if (WantsPretty(context.Request))
        {
            await JsonAsync(context, code, Pretty(buffer.WrittenSpan));
        }
        else
        {
            await JsonAsync(context, code, buffer.WrittenMemory);
        }

        if (buffer.Capacity <= KeptCapacity)
        {
            shared = buffer;
        }
    }

    private static async Task SendMessageAsync(HttpContext context, int code, ArrayBufferWriter<byte> document)
    {
        var message = sharedMessage ?? new ProtobufWriter();
        sharedMessage = null;
        message.Clear();
        ProtobufEnvelope.Write(message, document.WrittenSpan);
        await JsonAsync(context, code, message.WrittenMemory, ProtobufBody.MediaType);
        if (message.Capacity <= KeptCapacity)
        {
            sharedMessage = message;
        }
    }

    private static byte[] Pretty(ReadOnlySpan<byte> document)
    {
        var indented = new ArrayBufferWriter<byte>(document.Length * 2);
        using (var json = new Utf8JsonWriter(indented, JsonOutput.Pretty))
        {
            JsonOutput.Indent(document, json);
        }

        indented.Write("\n"u8);
        return indented.WrittenSpan.ToArray();
    }
}
