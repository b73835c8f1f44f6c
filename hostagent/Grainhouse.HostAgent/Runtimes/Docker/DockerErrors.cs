using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Docker.DotNet;

namespace Grainhouse.HostAgent.Runtimes.Docker;

/// <summary>Sorts what the engine and its socket throw by what the agent does next.</summary>
internal static class DockerErrors
{
    /// <summary>Whether the engine was not reached, or went away in the middle of a call.</summary>
    public static bool IsUnreachable(Exception error, CancellationToken cancellationToken) => error switch
    {
        OperationCanceledException => !cancellationToken.IsCancellationRequested,
        DockerApiException => false,
        HttpRequestException or SocketException or IOException or TimeoutException => true,
        _ => false,
    };

    public static RuntimeException Unreachable(Exception error) =>
        new(RuntimeErrorKind.Unavailable, $"The Docker engine is out of reach: {error.GetBaseException().Message}", error);

    /// <summary>The error of a call about a container or sandbox; <paramref name="otherwise"/> is what a refusal means there.</summary>
    public static RuntimeException From(DockerApiException error, RuntimeErrorKind otherwise) => new(
        error.StatusCode switch
        {
            HttpStatusCode.NotFound => RuntimeErrorKind.NotFound,
            HttpStatusCode.ServiceUnavailable => RuntimeErrorKind.Unavailable,
            _ => otherwise,
        },
        MessageOf(error),
        error);

    /// <summary>The engine's own words.</summary>
    public static string MessageOf(DockerApiException error)
    {
        if (error.ResponseBody is { Length: > 0 } body && body[0] == '{')
        {
            try
            {
                using var document = JsonDocument.Parse(body);
                if (document.RootElement.TryGetProperty("message", out var message))
                {
                    return message.GetString() ?? body;
                }
            }
            catch (JsonException)
            {
                return body;
            }
        }

        return error.ResponseBody is { Length: > 0 } text ? text.Trim() : error.Message;
    }

    /// <summary>Whether a registry said that there is no such image, or that we may not see it.</summary>
    public static bool IsImageNotFound(string message) =>
        message.Contains("manifest unknown", StringComparison.OrdinalIgnoreCase)
        || message.Contains("manifest for", StringComparison.OrdinalIgnoreCase)
        || message.Contains("not found", StringComparison.OrdinalIgnoreCase)
        || message.Contains("pull access denied", StringComparison.OrdinalIgnoreCase)
        || message.Contains("name unknown", StringComparison.OrdinalIgnoreCase)
        || message.Contains("unauthorized", StringComparison.OrdinalIgnoreCase)
        || message.Contains("denied:", StringComparison.OrdinalIgnoreCase)
        || message.Contains("no basic auth credentials", StringComparison.OrdinalIgnoreCase)
        || message.Contains("no matching manifest", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether the pod's sandbox is not there or not alive, so that nothing can join it.</summary>
    public static bool IsSandboxGone(string message) =>
        message.Contains("cannot join network of", StringComparison.Ordinal)
        || message.Contains("cannot join IPC of", StringComparison.OrdinalIgnoreCase)
        || message.Contains("non running container", StringComparison.OrdinalIgnoreCase)
        || message.Contains("No such container", StringComparison.OrdinalIgnoreCase);
}
