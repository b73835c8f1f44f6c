using Grainhouse.Interfaces.Grains;
using Grainhouse.Interfaces.Objects;
using Microsoft.AspNetCore.Http;

namespace Grainhouse.Gateway.Requests;

/// <summary>Reads the query parameters that many verbs share.</summary>
internal static class RequestOptions
{
    /// <summary>The options of a write.</summary>
    /// <param name="request">The request.</param>
    /// <param name="kind">CreateOptions, UpdateOptions or PatchOptions: named in errors.</param>
    /// <param name="subresource">The subresource that is written.</param>
    public static WriteOptions ForWrite(HttpRequest request, string kind, string subresource)
    {
        return new WriteOptions
        {
            DryRun = DryRun(request, kind),
            FieldManager = FieldManagers.Read(request, kind),
            FieldValidation = Validation(request.Query["fieldValidation"], kind),
            Subresource = subresource,
        };
    }

    /// <summary>The options of a patch.</summary>
    /// <param name="request">The request.</param>
    /// <param name="subresource">The subresource that is patched.</param>
    /// <param name="apply">Whether it is a server-side apply: then it must say who applies, and may use force.</param>
    public static WriteOptions ForPatch(HttpRequest request, string subresource, bool apply)
    {
        const string Kind = "PatchOptions";
        string? force = request.Query["force"];
        if (apply && string.IsNullOrEmpty(request.Query["fieldManager"]))
        {
            throw Refusals.InvalidOption(Kind, "fieldManager", CauseReasons.Required, "Required value: is required for apply patch");
        }

        if (!apply && !string.IsNullOrEmpty(force))
        {
            throw Refusals.InvalidOption(Kind, "force", CauseReasons.Forbidden, "Forbidden: may not be specified for non-apply patch");
        }

        return ForWrite(request, Kind, subresource) with { Force = apply && Flag(request, "force") };
    }

    /// <summary>Whether nothing is to be kept.</summary>
    public static bool DryRun(HttpRequest request, string kind) => DryRun(request.Query["dryRun"], kind);

    /// <summary>Whether nothing is to be kept, by the values of a dryRun list.</summary>
    public static bool DryRun(IEnumerable<string?> values, string kind)
    {
        var any = false;
        foreach (var value in values)
        {
            if (string.IsNullOrEmpty(value))
            {
                continue;
            }

            any = value == "All"
                ? true
                : throw Refusals.InvalidOption(kind, "dryRun", CauseReasons.NotSupported, $"Unsupported value: \"{value}\": supported values: \"All\"");
        }

        return any;
    }

    /// <summary>A number, or null if the parameter is absent or empty.</summary>
    public static long? Number(HttpRequest request, string name)
    {
        string? text = request.Query[name];
        return string.IsNullOrEmpty(text) ? null
            : long.TryParse(text, out var number) ? number
            : throw Refusals.BadRequest($"strconv.ParseInt: parsing \"{text}\": invalid syntax");
    }

    /// <summary>A flag; absent is false.</summary>
    public static bool Flag(HttpRequest request, string name)
    {
        if (request.Query.Count == 0 || !request.Query.TryGetValue(name, out var values))
        {
            return false;
        }

        // As upstream: the bare parameter is true.
        return values.ToString() is not ("false" or "0" or "f" or "F" or "False" or "FALSE");
    }

    private static FieldValidation Validation(string? text, string kind) => text switch
    {
        null or "" or "Warn" => FieldValidation.Warn,
        "Ignore" => FieldValidation.Ignore,
        "Strict" => FieldValidation.Strict,
        _ => throw Refusals.InvalidOption(kind, "fieldValidation", CauseReasons.NotSupported, $"Unsupported value: \"{text}\": supported values: \"Ignore\", \"Strict\", \"Warn\""),
    };
}
