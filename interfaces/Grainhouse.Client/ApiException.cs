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

    /// <summary>Reads a Status; a body that is none becomes the message as it is.</summary>
    public static ApiException From(int statusCode, string body)
    {
        try
        {
            if (JsonNode.Parse(body) is JsonObject status && status["kind"]?.GetValue<string>() == "Status")
            {
                return new ApiException(statusCode, (string?)status["reason"] ?? "", (string?)status["message"] ?? body);
            }
        }
        catch (JsonException)
        {
            // Not from the API itself; what it says is all there is to show.
        }

        return new ApiException(statusCode, "", $"HTTP {statusCode}: {body}");
    }
}
