using Grainhouse.Interfaces.Grains;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Simulation.Storage;

namespace Grainhouse.Simulation.Checks;

/// <summary>The store's promises: one commit per expected revision, revisions that rise, no acknowledged write lost.</summary>
internal sealed class StoreChecks(Violations violations, Timeline timeline)
{
    private readonly Dictionary<string, long> newest = new(StringComparer.Ordinal);
    private readonly Dictionary<long, (string Key, ReadOnlyMemory<byte>? Document)> history = [];
    private readonly HashSet<(string, long)> replaced = [];
    private long last;

    /// <summary>A write was committed.</summary>
    public void Committed(LoggedChange logged)
    {
        var change = logged.Change;
        if (change.Revision <= last)
        {
            violations.Report($"{change.Key} was committed at revision {change.Revision}, after revision {last}");
        }

        if (change.PreviousRevision != newest.GetValueOrDefault(change.Key))
        {
            violations.Report($"{change.Key}: revision {change.Revision} replaced {change.PreviousRevision}, not {newest[change.Key]}");
        }

        last = change.Revision;
        newest[change.Key] = change.Document is null ? 0 : change.Revision;
        history[change.Revision] = (change.Key, change.Document);
        if (logged.Object is { } seen)
        {
            timeline.Note($"{seen.Kind} {seen.Object}");
        }
    }

    /// <summary>A commit was asked for and granted under an expectation.</summary>
    public void Granted(string key, long expected)
    {
        if (expected > 0 && !replaced.Add((key, expected)))
        {
            violations.Report($"{key}: two commits replaced revision {expected}");
        }
    }

    /// <summary>A write was acknowledged.</summary>
    public void Acknowledged(ObjectResult result)
    {
        if (result.Object is not { Revision: > 0 } item)
        {
            return;
        }

        if (!history.TryGetValue(item.Revision, out var found) || found.Key != item.Key.ToString() || !IsSame(found.Document, result, item))
        {
            violations.Report($"{item} was acknowledged, and the store does not have it");
        }
    }

    private static bool IsSame(ReadOnlyMemory<byte>? stored, ObjectResult result, KubeObject item) =>
        result.Gone ? stored is null : stored is { } document && document.Span.SequenceEqual(item.Document.Span);
}
