using Grainhouse.Interfaces.Objects;
using Microsoft.AspNetCore.Http;

namespace Grainhouse.Gateway.Requests;

/// <summary>The parameters of LIST and WATCH (meta/v1 ListOptions).</summary>
internal sealed record ListQuery
{
    private const string Kind = "ListOptions";

    private static readonly ListQuery Empty = new();

    /// <summary>Which labels.</summary>
    public LabelSelector Labels { get; private init; } = LabelSelector.Everything;

    /// <summary>Which fields.</summary>
    public FieldSelector Fields { get; private init; } = FieldSelector.Everything;

    /// <summary>The most items of a page; 0 for all.</summary>
    public long Limit { get; private init; }

    /// <summary>The token of the page; null for the first.</summary>
    public ContinueToken? Continue { get; private init; }

    /// <summary>The revision; null if not given.</summary>
    public long? Revision { get; private init; }

    /// <summary>Exactly <see cref="Revision"/>, not one that is newer.</summary>
    public bool Exact { get; private init; }

    /// <summary>Whether this is a watch.</summary>
    public bool Watch { get; private init; }

    /// <summary>Whether a watch may send bookmarks.</summary>
    public bool Bookmarks { get; private init; }

    /// <summary>Whether a watch begins with the state; null for what the revision says.</summary>
    public bool? SendInitialEvents { get; private init; }

    /// <summary>When a watch ends.</summary>
    public TimeSpan? Timeout { get; private init; }

    /// <summary>Whether every object is selected.</summary>
    public bool SelectsEverything => Labels.SelectsEverything && Fields.Requirements.IsEmpty;

    /// <summary>Whether an object is selected.</summary>
    public bool Matches(KubeObject item) =>
        Fields.Matches(item) && (Labels.SelectsEverything || Labels.Matches(item.Header.Labels));

    /// <summary>The same, of one object: what a watch on a path with a name means.</summary>
    public ListQuery ForName(ResourceDescriptor resource, string name) =>
        FieldSelector.TryParse(resource, $"metadata.name={name}", out var fields, out var error) ? this with { Fields = fields } : throw Refusals.BadRequest(error);

    /// <summary>Reads the parameters.</summary>
    /// <exception cref="RequestRefusedException">400 or 422.</exception>
    public static ListQuery Read(HttpRequest request, ResourceDescriptor resource)
    {
        if (!request.QueryString.HasValue)
        {
            return Empty;
        }

        var query = request.Query;
        if (!LabelSelector.TryParse(query["labelSelector"], out var labels, out var error))
        {
            throw Refusals.BadRequest(error);
        }

        if (!FieldSelector.TryParse(resource, query["fieldSelector"], out var fields, out error))
        {
            throw Refusals.BadRequest(error);
        }

        var read = new ListQuery
        {
            Labels = labels,
            Fields = fields,
            Limit = RequestOptions.Number(request, "limit") ?? 0,
            Continue = query["continue"] is [{ Length: > 0 } token, ..] ? ContinueToken.Parse(token) : null,
            Revision = ReadRevision(query["resourceVersion"]),
            Exact = query["resourceVersionMatch"] is ["Exact", ..],
            Watch = RequestOptions.Flag(request, "watch"),
            Bookmarks = RequestOptions.Flag(request, "allowWatchBookmarks"),
            SendInitialEvents = query.ContainsKey("sendInitialEvents") ? RequestOptions.Flag(request, "sendInitialEvents") : null,
            Timeout = RequestOptions.Number(request, "timeoutSeconds") is > 0 and var seconds ? TimeSpan.FromSeconds(Math.Min(seconds, 86_400)) : null,
        };
        Check(read, query["resourceVersionMatch"]);
        return read;
    }

    /// <summary>Reads a resourceVersion; null if there is none.</summary>
    /// <exception cref="RequestRefusedException">422.</exception>
    public static long? ReadRevision(string? text) =>
        string.IsNullOrEmpty(text) ? null
        : long.TryParse(text, out var revision) && revision >= 0 ? revision
        : throw Refusals.InvalidOption(Kind, "resourceVersion", CauseReasons.Invalid, $"Invalid value: \"{text}\": strconv.ParseUint: parsing \"{text}\": invalid syntax");

    private static void Check(ListQuery query, string? match)
    {
        if (!string.IsNullOrEmpty(match))
        {
            Require(match is "Exact" or "NotOlderThan", CauseReasons.NotSupported, $"Unsupported value: \"{match}\": supported values: \"Exact\", \"NotOlderThan\", \"\"");
            Require(query.Continue is null, CauseReasons.Forbidden, "Forbidden: resourceVersionMatch is forbidden when continue is provided");
            Require(query.Revision is not null || query.SendInitialEvents is not null, CauseReasons.Forbidden, "Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided");
            Require(match != "Exact" || query.Revision != 0, CauseReasons.Forbidden, "Forbidden: resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\"");
            Require(match != "Exact" || !query.Watch, CauseReasons.Forbidden, "Forbidden: resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided");
        }

        if (query.SendInitialEvents is not null)
        {
            Require(query.Watch, CauseReasons.Forbidden, "Forbidden: sendInitialEvents is forbidden for list", "sendInitialEvents");
            Require(match == "NotOlderThan", CauseReasons.Forbidden, "Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan");
        }

        if (query is { Continue: not null, Revision: > 0 })
        {
            throw Refusals.BadRequest("specifying resource version is not allowed when using continue");
        }
    }

    private static void Require(bool holds, string reason, string message, string field = "resourceVersionMatch")
    {
        if (!holds)
        {
            throw Refusals.InvalidOption(Kind, field, reason, message);
        }
    }
}
