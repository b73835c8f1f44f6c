using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Grains;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Interfaces.Objects.Conversion;
using Grainhouse.Planning.Documents;
using Grainhouse.Planning.Objects.Json;
using Grainhouse.Planning.Objects.ManagedFields;

namespace Grainhouse.Planning.Objects.Writes;

/// <summary>Server-side apply: the configuration is merged into what is there, then it is a creation or an update like any other.</summary>
internal static class Applying
{
    /// <summary>Upstream's name for who wrote an object before anybody applied to it, where nobody followed that.</summary>
    private const string BeforeFirst = "before-first-apply";

    public static WriteDecision Decide(
        ResourceDescriptor resource, ObjectKey key, KubeObject? current, ReadOnlySpan<byte> patch, WriteOptions options, RuleContext context)
    {
        var scale = options.Subresource == "scale";
        var served = scale ? ScaleWrite.Scale : ServedVersion.Of(resource, options);
        var config = ApplyConfig.Read(served, key, patch, options);
        if (config.Error is not null)
        {
            return new WriteDecision.Reject(config.Error);
        }

        // Fields are owned under the names that they are stored by, whichever version a manager speaks.
        VersionConversion.ToStored(served, config.Document);

        ReadOnlyMemory<byte> managedFields = default;
        var live = current?.ToTree(resource, out managedFields) ?? new JsonObject { ["apiVersion"] = resource.ApiVersion, ["kind"] = resource.Kind };
        var owned = scale ? Replicas(config.Document) : config.Owned(resource, options.Subresource);
        var entries = Entries(resource, current, live, managedFields, options, context);
        var self = new ManagedEntry(
            options.FieldManager, ManagedEntry.Applied, resource.ApiVersion, options.Subresource, Timestamps.Text(context.Now), FieldsOf.Document(owned, resource));
        var outcome = ApplyMerge.Apply(resource, live, owned, entries, self, options.Force);
        if (outcome.Conflicts.Count > 0 && LastApplied.Concerns(options.FieldManager))
        {
            outcome = Forgive(resource, live, outcome, () => ApplyMerge.Apply(resource, live, owned, entries, self, force: true));
        }

        if (outcome.Conflicts.Count > 0)
        {
            return new WriteDecision.Reject(ApplyConflict.Of(outcome.Conflicts)) { Warnings = config.Warnings };
        }

        if (LastApplied.Concerns(options.FieldManager) && options.Subresource.Length == 0)
        {
            LastApplied.Follow(outcome.Document, config.Document);
        }

        if (current is null)
        {
            return Create(resource, key, config, outcome, options, context);
        }

        var metadata = config.Document.Object("metadata");
        Func<JsonObject, ReadOnlyMemory<byte>> own = now => JsonTree.Equal(now, live) && SameOwners(entries, outcome.Entries)
            ? managedFields
            : ManagedEntries.Write(outcome.Entries);
        if (scale)
        {
            var refused = Preconditions.Revision(resource, current, metadata.Text("resourceVersion"), needed: false);
            return refused is null
                ? ScaleWrite.Set(current, live, outcome.Document.Object("spec").Number("replicas") ?? 0, config.Warnings, managedFields, own)
                : new WriteDecision.Reject(refused);
        }

        Ask(outcome.Document, metadata, current);
        return Replacement.Apply(
            resource, current, outcome.Document, live, options, config.Warnings, new KnownFields(managedFields, default, options.Subresource), own);
    }

    private static WriteDecision Create(
        ResourceDescriptor resource, ObjectKey key, ApplyConfig config, ApplyOutcome outcome, WriteOptions options, RuleContext context)
    {
        var metadata = config.Document.Object("metadata");
        if (metadata.Text("uid") is { Length: > 0 } uid)
        {
            return new WriteDecision.Reject(ApiStatus.Conflict(
                resource, key.Name, $"uid mismatch: the provided object specified uid {uid}, and no existing object was found"));
        }

        if (metadata.Text("resourceVersion") is { Length: > 0 })
        {
            return new WriteDecision.Reject(ApiStatus.StaleRevision(resource, key.Name));
        }

        if (string.IsNullOrEmpty(metadata.Text("name")))
        {
            return new WriteDecision.Reject(ApiStatus.BadRequest(
                $"the name of the object ({key.Name} based on URL) was undeterminable: name must be provided"));
        }

        return Creation.Complete(resource, key, outcome.Document, config.Warnings, options, context, ManagedEntries.Write(outcome.Entries));
    }

    // Nobody followed this object: all that it is belongs to those before.
    private static List<ManagedEntry> Entries(
        ResourceDescriptor resource, KubeObject? current, JsonObject live, ReadOnlyMemory<byte> managedFields, WriteOptions options, RuleContext context)
    {
        var entries = ManagedEntries.Read(managedFields, canonical: true);
        if (current is not null && entries.Count == 0)
        {
            var fields = FieldComparison.Compare(null, live, resource, FieldTracking.NotIn(resource, options.Subresource)).Changed;
            if (!fields.IsEmpty)
            {
                entries.Add(FieldTracking.Updater(resource, BeforeFirst, options.Subresource, context, fields));
            }
        }

        return entries;
    }

    // Conflicts about what kubectl itself left there by client-side apply are none.
    private static ApplyOutcome Forgive(ResourceDescriptor resource, JsonObject live, ApplyOutcome outcome, Func<ApplyOutcome> again)
    {
        var allowed = LastApplied.Unchanged(resource, live);
        var left = outcome.Conflicts.Select(conflict => conflict with { Fields = conflict.Fields.Difference(allowed) })
            .Where(conflict => !conflict.Fields.IsEmpty)
            .ToList();
        return left.Count == 0 ? again() : outcome with { Conflicts = left };
    }

    // The revision and the uid that the configuration asks for are looked at as in any update.
    private static void Ask(JsonObject document, JsonObject? asked, KubeObject current)
    {
        var metadata = document.Child("metadata");
        metadata.TakeFrom(asked, "resourceVersion");
        if (!metadata.Has("resourceVersion"))
        {
            metadata["resourceVersion"] = current.Revision.ToString();
        }

        if (asked.Has("uid"))
        {
            metadata.TakeFrom(asked, "uid");
        }
    }

    private static JsonObject Replicas(JsonObject scale) => scale.Object("spec")?["replicas"] is { } replicas
        ? new JsonObject { ["spec"] = new JsonObject { ["replicas"] = replicas.DeepClone() } }
        : [];

    private static bool SameOwners(List<ManagedEntry> before, List<ManagedEntry> after) =>
        before.Count == after.Count && after.TrueForAll(entry => before.Exists(known => known.IsOf(entry) && known.Fields.SameAs(entry.Fields)));
}
