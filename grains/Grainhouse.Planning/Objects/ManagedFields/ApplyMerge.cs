using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Objects;

namespace Grainhouse.Planning.Objects.ManagedFields;

/// <summary>Server-side apply: merges, takes away what the applier gave up, and settles who owns what. After structured-merge-diff's <c>merge.Updater</c>.</summary>
internal static class ApplyMerge
{
    /// <summary>Applies.</summary>
    /// <param name="resource">The kind.</param>
    /// <param name="live">What is there; empty for a new object.</param>
    /// <param name="config">What is applied, without what this write may not touch.</param>
    /// <param name="entries">Who owns what now.</param>
    /// <param name="self">Who applies, with the fields that the configuration names.</param>
    /// <param name="force">Whether to take fields from others.</param>
    public static ApplyOutcome Apply(
        ResourceDescriptor resource, JsonObject live, JsonObject config, List<ManagedEntry> entries, ManagedEntry self, bool force)
    {
        var last = entries.Find(entry => entry.IsOf(self));
        var after = entries.Where(entry => entry != last && entry.ApiVersion == resource.ApiVersion).ToList();
        var merged = TreeMerge.Merge(live, config, resource);
        if (last is { Fields.IsEmpty: false })
        {
            merged = Prune(resource, merged, last.Fields, after.Aggregate(self.Fields, (owned, entry) => owned.Union(entry.Fields)));

            // A map that is applied empty has gone with its last key.
            merged = TreeMerge.Merge(merged, config, resource);
        }

        var changes = FieldComparison.Compare(live, merged, resource);
        if (!force && Conflicts(after, changes.Changed) is { Count: > 0 } conflicts)
        {
            return new ApplyOutcome(merged, entries, conflicts);
        }

        Give(after, changes);
        if (!self.Fields.IsEmpty)
        {
            after.Add(last is not null && last.Fields.SameAs(self.Fields) && !changes.Any ? last : self);
        }

        return new ApplyOutcome(merged, after, []);
    }

    /// <summary>Takes what was written from everybody else; who has nothing left is no manager any more.</summary>
    public static void Give(List<ManagedEntry> others, FieldChanges changes)
    {
        if (!changes.Any)
        {
            return;
        }

        for (var i = others.Count - 1; i >= 0; i--)
        {
            others[i] = others[i].With(others[i].Fields.Difference(changes.Changed).Difference(changes.Removed));
            if (others[i].Fields.IsEmpty)
            {
                others.RemoveAt(i);
            }
        }
    }

    /// <summary>What others own of what was written.</summary>
    private static List<FieldConflict> Conflicts(List<ManagedEntry> others, FieldSet changed) =>
        [.. others.Select(entry => new FieldConflict(entry, entry.Fields.Intersection(changed))).Where(conflict => !conflict.Fields.IsEmpty)];

    // Removes what this applier named last time and names no more, unless somebody else owns it, or nobody does and it hangs on.
    private static JsonObject Prune(ResourceDescriptor resource, JsonObject merged, FieldSet last, FieldSet owned)
    {
        var given = TreeRemoval.WithStructs(last, resource);
        var there = Named(merged);
        var pruned = TreeRemoval.Without(merged, given, resource);
        var kept = Named(pruned).Union(TreeRemoval.WithStructs(owned, resource));
        pruned = TreeRemoval.Without(merged, there.Difference(kept), resource);
        var gone = there.Difference(Named(pruned)).Intersection(given);
        return gone.IsEmpty ? merged : TreeRemoval.Without(merged, gone, resource);

        FieldSet Named(JsonObject document) => TreeRemoval.WithStructs(FieldsOf.Document(document, resource), resource);
    }
}
