using System.Globalization;
using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Grains;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning.Documents;
using Grainhouse.Planning.Objects.Json;
using Grainhouse.Planning.Objects.Kinds;

namespace Grainhouse.Planning.Objects.Writes;

/// <summary>A deletion: marks first, removes when neither grace nor a finalizer holds the object. After upstream's <c>rest.BeforeDelete</c>.</summary>
internal static class Deletion
{
    private const string ForegroundFinalizer = "foregroundDeletion";
    private const string OrphanFinalizer = "orphan";

    public static WriteDecision Decide(ResourceDescriptor resource, KubeObject current, DeletionOptions options, RuleContext context)
    {
        if (Preconditions.Deletion(resource, current, options.Uid, options.Revision) is { } refused)
        {
            return new WriteDecision.Reject(refused);
        }

        var kind = KindRules.For(resource);
        var root = current.ToTree(resource, out var managedFields);
        var metadata = root.Child("metadata");
        var grace = kind.GracePeriod(root, options.GracePeriodSeconds);
        if (grace is not null && metadata.Has("deletionTimestamp"))
        {
            return Shorten(current, root, managedFields, options.GracePeriodSeconds, grace.Value);
        }

        var finalizersChanged = kind.Collected && SetCollectionFinalizers(metadata, options.Propagation);
        var held = metadata.Array("finalizers") is { Count: > 0 } || HoldsContent(current.Key, root);
        if (!held && grace is null or 0)
        {
            return new WriteDecision.Remove(current);
        }

        var marked = Mark(current.Key, root, metadata, grace ?? 0, context.Now);
        return marked || finalizersChanged
            ? new WriteDecision.Commit(root.ToObject(current.Key, managedFields))
            : new WriteDecision.Unchanged();
    }

    /// <summary>Whether an object that is being deleted is held by nothing any more.</summary>
    public static bool IsComplete(ObjectKey key, JsonObject root)
    {
        var metadata = root.Object("metadata");
        return metadata.Has("deletionTimestamp")
            && metadata.Array("finalizers") is not { Count: > 0 }
            && metadata.Number("deletionGracePeriodSeconds") is null or 0
            && !HoldsContent(key, root);
    }

    private static bool HoldsContent(ObjectKey key, JsonObject root) =>
        key.Resource == ResourceCatalog.Namespaces.QualifiedName && root.Object("spec").Array("finalizers") is { Count: > 0 };

    /// <summary>A second deletion can only make the grace period shorter.</summary>
    private static WriteDecision Shorten(KubeObject current, JsonObject root, ReadOnlyMemory<byte> managedFields, long? asked, long grace)
    {
        var metadata = root.Child("metadata");
        var pending = metadata.Number("deletionGracePeriodSeconds") ?? 0;
        var held = metadata.Array("finalizers") is { Count: > 0 };
        if (asked is null || asked >= pending)
        {
            return pending == 0 && !held ? new WriteDecision.Remove(current) : new WriteDecision.Unchanged();
        }

        var period = Math.Min(grace, Math.Max(asked.Value, 0));
        if (period == 0 && !held)
        {
            return new WriteDecision.Remove(current);
        }

        var end = DateTimeOffset.Parse(metadata.Text("deletionTimestamp")!, CultureInfo.InvariantCulture);
        metadata["deletionTimestamp"] = Timestamps.Text(end.AddSeconds(period - pending));
        metadata["deletionGracePeriodSeconds"] = period;
        return new WriteDecision.Commit(root.ToObject(current.Key, managedFields));
    }

    private static bool Mark(ObjectKey key, JsonObject root, JsonObject metadata, long grace, DateTimeOffset now)
    {
        if (metadata.Has("deletionTimestamp"))
        {
            return false;
        }

        metadata["deletionTimestamp"] = Timestamps.Text(now.AddSeconds(grace));
        if (key.Resource == ResourceCatalog.Namespaces.QualifiedName)
        {
            root.Child("status")["phase"] = "Terminating";
        }
        else
        {
            metadata["deletionGracePeriodSeconds"] = grace;
        }

        SystemMetadata.RaiseGeneration(metadata);
        return true;
    }

    /// <summary>An explicit policy decides; without one, finalizers that are there stay.</summary>
    private static bool SetCollectionFinalizers(JsonObject metadata, DeletionPropagation? propagation)
    {
        if (propagation is null)
        {
            return false;
        }

        var finalizers = metadata.Array("finalizers") ?? [];
        var changed = Set(finalizers, OrphanFinalizer, propagation == DeletionPropagation.Orphan);
        changed |= Set(finalizers, ForegroundFinalizer, propagation == DeletionPropagation.Foreground);
        if (finalizers.Count == 0)
        {
            metadata.Remove("finalizers");
        }
        else if (finalizers.Parent is null)
        {
            metadata["finalizers"] = finalizers;
        }

        return changed;
    }

    private static bool Set(JsonArray finalizers, string name, bool present)
    {
        for (var i = 0; i < finalizers.Count; i++)
        {
            if (finalizers[i].Text() == name)
            {
                if (!present)
                {
                    finalizers.RemoveAt(i);
                }

                return !present;
            }
        }

        if (present)
        {
            finalizers.Add(name);
        }

        return present;
    }
}
