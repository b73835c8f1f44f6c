using Grainhouse.Interfaces.Objects;

namespace Grainhouse.Gateway.Requests;

/// <summary>The request itself is wrong: it is answered with <see cref="Status"/> and nothing of it is done.</summary>
internal sealed class RequestRefusedException(ApiStatus status) : Exception(status.Message)
{
    /// <summary>The answer.</summary>
    public ApiStatus Status { get; } = status;
}

/// <summary>Refusals in upstream's words.</summary>
internal static class Refusals
{
    private const string BodyTypes = "application/json, application/yaml, application/vnd.kubernetes.protobuf";

    /// <summary>404 for a path that nothing serves.</summary>
    public static ApiStatus NoSuchResource { get; } = new(404, "NotFound", "the server could not find the requested resource");

    /// <summary>405.</summary>
    public static ApiStatus MethodNotAllowed { get; } =
        new(405, "MethodNotAllowed", "the server does not allow this method on the requested resource");

    /// <summary>401.</summary>
    public static ApiStatus Unauthorized { get; } = new(401, "Unauthorized", "Unauthorized");

    /// <summary>406.</summary>
    public static ApiStatus NotAcceptable { get; } =
        new(406, "NotAcceptable", "only the following media types are accepted: application/json, application/yaml, application/vnd.kubernetes.protobuf");

    /// <summary>429.</summary>
    public static ApiStatus TooManyRequests { get; } =
        new(429, "TooManyRequests", "Too many requests, please try again later.") { RetryAfterSeconds = 1 };

    /// <summary>504 for a request whose time is over.</summary>
    public static ApiStatus Timeout { get; } =
        new(504, "Timeout", "Timeout: request did not complete within the allotted timeout") { RetryAfterSeconds = 1 };

    /// <summary>400.</summary>
    public static RequestRefusedException BadRequest(string message) => new(ApiStatus.BadRequest(message));

    /// <summary>415 for a body that cannot be read.</summary>
    public static RequestRefusedException UnsupportedMediaType(string accepted = BodyTypes) =>
        new(new ApiStatus(415, "UnsupportedMediaType", $"the body of the request was in an unknown format - accepted media types include: {accepted}"));

    /// <summary>413.</summary>
    public static RequestRefusedException TooLarge(int limit) =>
        new(new ApiStatus(413, "RequestEntityTooLarge", $"Request entity too large: limit is {limit}"));

    /// <summary>422 for a query parameter.</summary>
    public static RequestRefusedException InvalidOption(string kind, string field, string reason, string message) =>
        new(new ApiStatus(422, "Invalid", $"{kind}.meta.k8s.io \"\" is invalid: {field}: {message}")
        {
            Group = "meta.k8s.io",
            Kind = kind,
            Causes = [new StatusCause(reason, message, field)],
        });

    /// <summary>504 for a revision that the cluster has not reached.</summary>
    public static ApiStatus FutureRevision(long asked, long current) =>
        new(504, "Timeout", $"Timeout: Too large resource version: {asked}, current: {current}")
        {
            RetryAfterSeconds = 1,
            Causes = [new StatusCause("ResourceVersionTooLarge", "Too large resource version", "")],
        };

    /// <summary>410 for a watch from before the history.</summary>
    public static ApiStatus TooOld(long asked, long oldest) => ApiStatus.Expired($"too old resource version: {asked} ({oldest})");
}
