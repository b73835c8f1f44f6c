using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Grains;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning.Documents;

namespace Grainhouse.Planning.Objects.ManagedFields;

/// <summary>Keeps <c>metadata.managedFields</c> up to date with writes that are no apply.</summary>
/// <remarks>
/// As upstream (apiserver's <c>fieldmanager</c>): an object without the list is not followed, until somebody applies. So what the
/// cluster itself creates, in masses, costs nothing: it begins without one.
/// </remarks>
internal static class FieldTracking
{
    /// <summary>The manager that the cluster's own writes of followed objects are recorded under.</summary>
    public const string Cluster = "grainhouse";

    /// <summary>Upstream's DefaultMaxUpdateManagers: more entries of updates than this are put together.</summary>
    private const int MostUpdaters = 10;

    /// <summary>Upstream's name for the entry that the oldest ones are put together in.</summary>
    private const string Ancient = "ancient-changes";

    /// <summary>The list of a new object; empty for one that the cluster creates for itself.</summary>
    /// <param name="resource">The kind.</param>
    /// <param name="root">The object, defaulted, before the server adds what it alone decides.</param>
    /// <param name="options">Says who creates.</param>
    /// <param name="context">Time.</param>
    public static ReadOnlyMemory<byte> Created(ResourceDescriptor resource, JsonObject root, WriteOptions options, RuleContext context)
    {
        if (options.FieldManager.Length == 0)
        {
            return default;
        }

        var fields = FieldComparison.Compare(null, root, resource, NotIn(resource, "")).Changed;
        return fields.IsEmpty ? default : ManagedEntries.Write([Updater(resource, options.FieldManager, "", context, fields)]);
    }

    /// <summary>The list after a write.</summary>
    /// <param name="resource">The kind.</param>
    /// <param name="known">The list before, and the one that the client sent.</param>
    /// <param name="old">The object before.</param>
    /// <param name="now">The object after.</param>
    /// <param name="options">Says who writes, and what.</param>
    /// <param name="context">Time.</param>
    public static ReadOnlyMemory<byte> Updated(
        ResourceDescriptor resource, KnownFields known, JsonObject old, JsonObject now, WriteOptions options, RuleContext context)
    {
        var before = known.Current;
        if (before.IsEmpty)
        {
            return default;
        }

        var changes = FieldComparison.Compare(old, now, resource);
        if (!changes.Any)
        {
            return before;
        }

        var entries = ManagedEntries.Read(before, canonical: true);
        entries.RemoveAll(entry => entry.ApiVersion != resource.ApiVersion);
        var self = Updater(
            resource, options.FieldManager.Length > 0 ? options.FieldManager : Cluster, options.Subresource, context, changes.Changed);
        var previous = entries.Find(entry => entry.IsOf(self));
        entries.RemoveAll(entry => entry == previous);
        ApplyMerge.Give(entries, changes);
        if (previous is not null && previous.Fields.Difference(changes.Removed) is { IsEmpty: false } left)
        {
            entries.Add(changes.Changed.IsEmpty ? previous.With(left) : previous.At(self.Time, left.Union(changes.Changed)));
        }
        else if (!changes.Changed.IsEmpty)
        {
            entries.Add(self);
        }

        Cap(entries);
        return ManagedEntries.Write(entries);
    }

    /// <summary>The part of an object that writes of a subresource have nothing to do with.</summary>
    public static string NotIn(ResourceDescriptor resource, string subresource) =>
        subresource == "status" ? "spec" : resource.HasStatus ? "status" : "";

    /// <summary>An entry of an update, now.</summary>
    public static ManagedEntry Updater(ResourceDescriptor resource, string manager, string subresource, RuleContext context, FieldSet fields) =>
        new(manager, ManagedEntry.Updated, resource.ApiVersion, subresource, Timestamps.Text(context.Now), fields);

    /// <summary>Puts the oldest updates together where there are too many. After upstream's <c>capManagersManager</c>.</summary>
    public static void Cap(List<ManagedEntry> entries)
    {
        var updaters = entries.Where(entry => !entry.IsApplied).ToList();
        if (updaters.Count <= MostUpdaters)
        {
            return;
        }

        updaters.Sort(static (one, other) => string.CompareOrdinal($"{one.Time}\n{one.Manager}", $"{other.Time}\n{other.Manager}"));
        var gathered = updaters.Take(updaters.Count - MostUpdaters + 1).ToList();
        var fields = gathered.Aggregate(FieldSet.Empty, (all, entry) => all.Union(entry.Fields));
        entries.RemoveAll(gathered.Contains);
        entries.Add(new ManagedEntry(Ancient, ManagedEntry.Updated, gathered[0].ApiVersion, "", gathered[^1].Time, fields));
    }
}
