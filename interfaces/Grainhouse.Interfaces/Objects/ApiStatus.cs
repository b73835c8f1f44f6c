using System.Collections.Immutable;

namespace Grainhouse.Interfaces.Objects;

/// <summary>Why a field was refused: the <c>reason</c> of a cause in a Kubernetes Status.</summary>
public static class CauseReasons
{
    /// <summary>The value is not allowed here.</summary>
    public const string Invalid = "FieldValueInvalid";

    /// <summary>A required value is missing.</summary>
    public const string Required = "FieldValueRequired";

    /// <summary>The value is not one of the supported ones.</summary>
    public const string NotSupported = "FieldValueNotSupported";

    /// <summary>The value is there twice.</summary>
    public const string Duplicate = "FieldValueDuplicate";

    /// <summary>The value may not be set here, or not be changed.</summary>
    public const string Forbidden = "FieldValueForbidden";

    /// <summary>The value names something that does not exist.</summary>
    public const string NotFound = "FieldValueNotFound";

    /// <summary>The value is too long.</summary>
    public const string TooLong = "FieldValueTooLong";

    /// <summary>The value has the wrong type.</summary>
    public const string TypeInvalid = "FieldValueTypeInvalid";
}

/// <summary>One reason inside an error: a cause of a Kubernetes Status.</summary>
/// <param name="Reason">One of <see cref="CauseReasons"/>.</param>
/// <param name="Message">Words for a person, without the field.</param>
/// <param name="Field">The path, as in <c>spec.containers[0].name</c>.</param>
[GenerateSerializer, Immutable, Alias("grainhouse.cause")]
public sealed record StatusCause(
    [property: Id(0)] string Reason,
    [property: Id(1)] string Message,
    [property: Id(2)] string Field);

/// <summary>An error in the Kubernetes API's own form (meta/v1 Status with status Failure).</summary>
/// <param name="Code">The HTTP status code.</param>
/// <param name="Reason">The machine-readable reason: NotFound, AlreadyExists, Conflict, Invalid, ...</param>
/// <param name="Message">Words for a person.</param>
[GenerateSerializer, Immutable, Alias("grainhouse.status")]
public sealed record ApiStatus(
    [property: Id(0)] int Code,
    [property: Id(1)] string Reason,
    [property: Id(2)] string Message)
{
    /// <summary><c>details.name</c>; empty leaves it out.</summary>
    [Id(3)]
    public string Name { get; init; } = "";

    /// <summary><c>details.group</c>; empty leaves it out.</summary>
    [Id(4)]
    public string Group { get; init; } = "";

    /// <summary><c>details.kind</c>: the plural resource or, for Invalid, the kind; empty leaves it out.</summary>
    [Id(5)]
    public string Kind { get; init; } = "";

    /// <summary><c>details.uid</c>; empty leaves it out.</summary>
    [Id(6)]
    public string Uid { get; init; } = "";

    /// <summary><c>details.causes</c>.</summary>
    [Id(7)]
    public ImmutableArray<StatusCause> Causes { get; init; } = [];

    /// <summary><c>details.retryAfterSeconds</c> and the Retry-After header; 0 leaves both out.</summary>
    [Id(8)]
    public int RetryAfterSeconds { get; init; }

    /// <summary>404: there is no such object.</summary>
    public static ApiStatus NotFound(ResourceDescriptor resource, string name) =>
        new(404, "NotFound", $"{resource.QualifiedName} \"{name}\" not found") { Name = name, Group = resource.Group, Kind = resource.Plural };

    /// <summary>409: the name is taken.</summary>
    public static ApiStatus AlreadyExists(ResourceDescriptor resource, string name) =>
        new(409, "AlreadyExists", $"{resource.QualifiedName} \"{name}\" already exists") { Name = name, Group = resource.Group, Kind = resource.Plural };

    /// <summary>409: the write was based on a state that is no longer the current one.</summary>
    public static ApiStatus Conflict(ResourceDescriptor resource, string name, string why) =>
        new(409, "Conflict", $"Operation cannot be fulfilled on {resource.QualifiedName} \"{name}\": {why}") { Name = name, Group = resource.Group, Kind = resource.Plural };

    /// <summary>409 with the words that clients look for when a resourceVersion is stale.</summary>
    public static ApiStatus StaleRevision(ResourceDescriptor resource, string name) =>
        Conflict(resource, name, "the object has been modified; please apply your changes to the latest version and try again");

    /// <summary>400: the request makes no sense.</summary>
    public static ApiStatus BadRequest(string message) => new(400, "BadRequest", message);

    /// <summary>403: not allowed.</summary>
    public static ApiStatus Forbidden(ResourceDescriptor resource, string name, string why) =>
        new(403, "Forbidden", $"{resource.QualifiedName} \"{name}\" is forbidden: {why}") { Name = name, Group = resource.Group, Kind = resource.Plural };

    /// <summary>422: the object breaks rules; one cause for each.</summary>
    public static ApiStatus Invalid(ResourceDescriptor resource, string name, IEnumerable<StatusCause> causes)
    {
        var all = causes.ToImmutableArray();
        var words = all.Select(cause => $"{cause.Field}: {cause.Message}").ToArray();
        var text = words.Length == 1 ? words[0] : $"[{string.Join(", ", words)}]";
        var kind = resource.Group.Length == 0 ? resource.Kind : $"{resource.Kind}.{resource.Group}";
        return new ApiStatus(422, "Invalid", $"{kind} \"{name}\" is invalid: {text}") { Name = name, Group = resource.Group, Kind = resource.Kind, Causes = all };
    }

    /// <summary>410: the revision is older than the history that is kept.</summary>
    public static ApiStatus Expired(string message) => new(410, "Expired", message);

    /// <summary>503: the store or a silo is away; the client is asked to come again.</summary>
    public static ApiStatus Unavailable(string message, int retryAfterSeconds = 1) =>
        new(503, "ServiceUnavailable", message) { RetryAfterSeconds = retryAfterSeconds };
}
