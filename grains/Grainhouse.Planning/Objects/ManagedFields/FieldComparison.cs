using System.Collections.Frozen;
using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Interfaces.Schemas;
using Grainhouse.Planning.Objects.Json;

namespace Grainhouse.Planning.Objects.ManagedFields;

/// <summary>Finds the fields in which one state of an object differs from another. After structured-merge-diff's <c>TypedValue.Compare</c>.</summary>
/// <remarks>
/// Structs that are values in Go are always there in upstream's objects, whether or not a document names them; so that the sets come out
/// the same, they count here as there on both sides wherever what holds them is there.
/// </remarks>
internal static class FieldComparison
{
    private static readonly FrozenSet<string> ValueStructs = FrozenSet.ToFrozenSet(
        [
            "metadata", "spec", "status", "template", "jobTemplate", "strategy", "updateStrategy", "resources", "state", "lastState", "loadBalancer",
            "daemonEndpoints", "kubeletEndpoint", "nodeInfo", "involvedObject", "source", "scaleTargetRef", "podSelector",
        ],
        StringComparer.Ordinal);

    // Upstream's stripMeta: what nobody owns, because the server alone writes it.
    private static readonly FrozenSet<string> NobodysMetadata = FrozenSet.ToFrozenSet(
        ["name", "namespace", "creationTimestamp", "selfLink", "uid", "clusterName", "generation", "managedFields", "resourceVersion"],
        StringComparer.Ordinal);

    private static readonly KeyValuePair<string, JsonNode?>[] Nothing = [];

    /// <summary>Compares two states of an object, but for the fields that nobody owns.</summary>
    /// <param name="old">The state before; null for a new object.</param>
    /// <param name="now">The state after.</param>
    /// <param name="resource">The kind.</param>
    /// <param name="without">A part that the write has nothing to do with (<c>status</c>, <c>spec</c>); empty for none.</param>
    public static FieldChanges Compare(JsonObject? old, JsonObject now, ResourceDescriptor resource, string without = "")
    {
        var type = FieldType.Of(SchemaCatalog.For(resource));
        var found = new Found();
        foreach (var (name, before, after) in Pairs(old ?? [], now))
        {
            if (name is "apiVersion" or "kind" || name == without)
            {
                continue;
            }

            if (name == "metadata")
            {
                var metadata = type.Member(type.Property(name));
                found.Add("f:metadata", CompareMembers(before as JsonObject ?? [], after as JsonObject ?? [], metadata, hollow: true, NobodysMetadata));
            }
            else
            {
                var property = type.Property(name);
                found.Add(FieldPaths.Field(name), Compare(before, after, type.Member(property), property is not null && IsAlwaysThere(property)));
            }
        }

        return found.Result(false, false);
    }

    // Beside the value structs: a required list is null in Go where it is empty, which is not absent.
    private static bool IsAlwaysThere(SchemaProperty property) => property.Type.Kind switch
    {
        SchemaKind.Object => property.Required || ValueStructs.Contains(property.Name),
        SchemaKind.List => property.Required,
        _ => false,
    };

    private static FieldChanges Compare(JsonNode? before, JsonNode? after, FieldType type, bool always)
    {
        var shape = type.ShapeFor(before, after);
        if (shape == FieldShape.Whole || (IsHollow(before) && IsHollow(after)) || !SameSort(before, after, shape))
        {
            return JsonTree.Equal(before, after) ? FieldChanges.None
                : after is null ? new(FieldSet.Empty, FieldSet.Leaf)
                : new(FieldSet.Leaf, FieldSet.Empty);
        }

        var added = before is null && !always;
        var gone = after is null && !always;
        var inner = shape == FieldShape.Members
            ? CompareMembers(before as JsonObject ?? [], after as JsonObject ?? [], type, !added && !gone, null)
            : ItemComparison.Compare(before as JsonArray ?? [], after as JsonArray ?? [], type);
        return new(added ? inner.Changed.WithMember() : inner.Changed, gone ? inner.Removed.WithMember() : inner.Removed);
    }

    /// <summary>Compares two items of a list under one path element.</summary>
    internal static FieldChanges CompareItems(JsonNode? before, JsonNode? after, FieldType item) => Compare(before, after, item, always: false);

    private static FieldChanges CompareMembers(JsonObject before, JsonObject after, FieldType type, bool hollow, FrozenSet<string>? without)
    {
        var found = new Found();
        foreach (var (name, one, two) in Pairs(before, after))
        {
            if (without is not null && without.Contains(name))
            {
                continue;
            }

            var property = type.Property(name);
            var changes = Compare(one, two, type.Member(property), hollow && property is not null && IsAlwaysThere(property));
            if (changes.Any)
            {
                found.Add(property?.PathElement ?? FieldPaths.Field(name), changes);
            }
        }

        return found.Result(false, false);
    }

    // Upstream calls both empty a leaf, so that null and empty stay apart.
    private static bool IsHollow(JsonNode? node) => node is null or JsonObject { Count: 0 } or JsonArray { Count: 0 };

    private static bool SameSort(JsonNode? before, JsonNode? after, FieldShape shape) => shape == FieldShape.Members
        ? before is null or JsonObject && after is null or JsonObject
        : before is null or JsonArray && after is null or JsonArray;

    private static IEnumerable<(string Name, JsonNode? Before, JsonNode? After)> Pairs(JsonObject before, JsonObject after)
    {
        foreach (var (name, value) in after)
        {
            yield return (name, before.Count == 0 ? null : before[name], value);
        }

        foreach (var (name, value) in before.Count == 0 ? (IEnumerable<KeyValuePair<string, JsonNode?>>)Nothing : before)
        {
            if (!after.ContainsKey(name))
            {
                yield return (name, value, null);
            }
        }
    }

    /// <summary>Gathers what was found under the members or items of one value.</summary>
    internal struct Found
    {
        private List<KeyValuePair<string, FieldSet>>? changed;
        private List<KeyValuePair<string, FieldSet>>? removed;

        public void Add(string element, FieldChanges changes)
        {
            if (!changes.Changed.IsEmpty)
            {
                (changed ??= []).Add(new(element, changes.Changed));
            }

            if (!changes.Removed.IsEmpty)
            {
                (removed ??= []).Add(new(element, changes.Removed));
            }
        }

        public readonly FieldChanges Result(bool added, bool gone) => new(FieldSet.Of(added, changed), FieldSet.Of(gone, removed));
    }
}
