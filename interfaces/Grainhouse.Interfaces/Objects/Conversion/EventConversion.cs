using System.Text.Json.Nodes;

namespace Grainhouse.Interfaces.Objects.Conversion;

/// <summary>events.k8s.io/v1 Events: the same facts under other names.</summary>
internal sealed class EventConversion : VersionConversion
{
    /// <summary>Field names of core/v1 and of events.k8s.io/v1. After upstream's pkg/apis/events/v1 conversion.</summary>
    private static readonly (string Stored, string Served)[] Names =
    [
        ("involvedObject", "regarding"), ("message", "note"), ("reportingComponent", "reportingController"), ("source", "deprecatedSource"),
        ("firstTimestamp", "deprecatedFirstTimestamp"), ("lastTimestamp", "deprecatedLastTimestamp"), ("count", "deprecatedCount"),
    ];

    /// <summary>The path in a stored document of a field that a selector names; a name that this version does not have is left empty.</summary>
    public static string StoredField(string field)
    {
        var first = field.Split('.')[0];
        foreach (var (stored, served) in Names)
        {
            if (first == served)
            {
                return stored + field[first.Length..];
            }

            if (first == stored)
            {
                return "";
            }
        }

        return field;
    }

    protected override void Store(JsonObject document)
    {
        foreach (var (stored, served) in Names)
        {
            Move(document, served, document, stored);
        }
    }

    protected override void Serve(JsonObject document)
    {
        foreach (var (stored, served) in Names)
        {
            Move(document, stored, document, served);
        }
    }
}
