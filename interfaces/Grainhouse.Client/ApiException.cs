using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Grainhouse.Client;

/// <summary>The server refused a request.</summary>
public sealed class ApiException(int statusCode, string reason, string message) : Exception(message)
{
    /// <summary>The HTTP status code.</summary>
    public int StatusCode { get; } = statusCode;

    /// <summary>The reason of the Status, as in <c>Invalid</c>; empty if the server gave none.</summary>
    public string Reason { get; } = reason;

    /// <summary>When to ask again; null if the server did not say that it helps.</summary>
    public TimeSpan? RetryAfter { get; private init; }

    /// <summary>The Status as the server gave it, with details and causes; null if it gave none.</summary>
    public JsonObject? Status { get; private init; }

    /// <summary>404: there is no such object, or no such kind.</summary>
    public bool IsNotFound => StatusCode == 404;

    /// <summary>409 for a name that is taken.</summary>
    public bool IsAlreadyExists => Reason == "AlreadyExists";

    /// <summary>409 for a write that was based on an old state, or an apply to fields that others own.</summary>
    public bool IsConflict => Reason == "Conflict";

    /// <summary>410: the resourceVersion or the page's token is older than the history that the server keeps. List again.</summary>
    public bool IsExpired => StatusCode == 410;

    /// <summary>Reads a Status; a body that is none becomes the message as it is.</summary>
    public static ApiException From(int statusCode, string body) => From(statusCode, Encoding.UTF8.GetBytes(body), null);

    internal static ApiException From(int statusCode, ReadOnlySpan<byte> body, TimeSpan? retryAfter)
    {
        try
        {
            if (JsonNode.Parse(body) is JsonObject status && status["kind"]?.GetValue<string>() == "Status")
            {
                return From(statusCode, status, retryAfter);
            }
        }
        catch (JsonException)
        {
            // Not from the API itself; what it says is all there is to show.
        }

        return new ApiException(statusCode, "", $"HTTP {statusCode}: {Encoding.UTF8.GetString(body)}") { RetryAfter = retryAfter };
    }

    internal static ApiException From(int statusCode, JsonObject status, TimeSpan? retryAfter) =>
        new(statusCode, (string?)status["reason"] ?? "", (string?)status["message"] ?? status.ToJsonString()) { RetryAfter = retryAfter, Status = status };
}
