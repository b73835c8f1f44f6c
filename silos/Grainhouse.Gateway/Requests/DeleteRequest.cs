using System.Text.Json;
using Grainhouse.Interfaces.Grains;
using Grainhouse.Interfaces.Objects;
using Microsoft.AspNetCore.Http;

namespace Grainhouse.Gateway.Requests;

/// <summary>Reads the options of a deletion, from the body or else from the query.</summary>
internal static class DeleteRequest
{
    private const string Kind = "DeleteOptions";

    /// <summary>Reads them.</summary>
    /// <exception cref="RequestRefusedException">400, 413, 415 or 422.</exception>
    public static async Task<DeletionOptions> ReadAsync(HttpRequest request, int limit, CancellationToken cancellationToken)
    {
        // As upstream: a body counts, and the query only where there is none; a dry run counts from either.
        var body = await RequestBody.ReadJsonAsync(request, limit, cancellationToken);
        var options = body.Length == 0 ? FromQuery(request) : FromBody(body);
        return options.DryRun || !RequestOptions.DryRun(request, Kind) ? options : options with { DryRun = true };
    }

    private static DeletionOptions FromQuery(HttpRequest request)
    {
        if (!request.QueryString.HasValue)
        {
            return new DeletionOptions();
        }

        return new DeletionOptions
        {
            GracePeriodSeconds = Grace(RequestOptions.Number(request, "gracePeriodSeconds")),
            Propagation = Propagation(request.Query["propagationPolicy"], request.Query["orphanDependents"] switch
            {
                ["true", ..] => true,
                ["false", ..] => false,
                _ => null,
            }),
        };
    }

    private static DeletionOptions FromBody(byte[] body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return From(document.RootElement);
        }
        catch (Exception cause) when (cause is JsonException or InvalidOperationException or FormatException)
        {
            throw Refusals.BadRequest($"the object provided is unrecognized (must be of type DeleteOptions): {cause.Message}");
        }
    }

    /// <summary>Reads a DeleteOptions document.</summary>
    /// <exception cref="RequestRefusedException">400 or 422.</exception>
    /// <exception cref="InvalidOperationException">A field has another type.</exception>
    /// <exception cref="FormatException">A number does not fit.</exception>
    public static DeletionOptions From(JsonElement root) => new()
    {
        GracePeriodSeconds = Grace(Present(root, "gracePeriodSeconds")?.GetInt64()),
        Propagation = Propagation(Present(root, "propagationPolicy")?.GetString(), Present(root, "orphanDependents")?.GetBoolean()),
        DryRun = RequestOptions.DryRun(Present(root, "dryRun")?.EnumerateArray().Select(item => item.GetString()) ?? [], Kind),
        Uid = Present(root, "preconditions") is { } conditions ? Present(conditions, "uid")?.GetString() : null,
        Revision = Present(root, "preconditions") is { } more && Present(more, "resourceVersion")?.GetString() is { Length: > 0 } revision ? Revision(revision) : null,
    };

    private static JsonElement? Present(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private static long Revision(string text) =>
        long.TryParse(text, out var revision) ? revision : throw Refusals.BadRequest($"invalid resource version: \"{text}\"");

    private static long? Grace(long? seconds) => seconds is >= 0 or null
        ? seconds
        : throw Refusals.InvalidOption(Kind, "gracePeriodSeconds", CauseReasons.Invalid, $"Invalid value: {seconds}: must be greater than or equal to 0");

    private static DeletionPropagation? Propagation(string? policy, bool? orphan)
    {
        if (!string.IsNullOrEmpty(policy) && orphan is not null)
        {
            throw Refusals.InvalidOption(Kind, "propagationPolicy", CauseReasons.Invalid, $"Invalid value: \"{policy}\": orphanDependents and deletionPropagation cannot be both set");
        }

        return policy switch
        {
            null or "" => orphan switch { null => null, true => DeletionPropagation.Orphan, false => DeletionPropagation.Background },
            "Background" => DeletionPropagation.Background,
            "Foreground" => DeletionPropagation.Foreground,
            "Orphan" => DeletionPropagation.Orphan,
            _ => throw Refusals.InvalidOption(Kind, "propagationPolicy", CauseReasons.NotSupported, $"Unsupported value: \"{policy}\": supported values: \"Background\", \"Foreground\", \"Orphan\""),
        };
    }
}
