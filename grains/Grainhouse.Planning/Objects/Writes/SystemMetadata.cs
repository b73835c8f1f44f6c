using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning.Documents;
using Grainhouse.Planning.Objects.Json;
using Grainhouse.Planning.Objects.Validation;

namespace Grainhouse.Planning.Objects.Writes;

/// <summary>The part of <c>metadata</c> that belongs to the server.</summary>
internal static class SystemMetadata
{
    private static readonly string[] ServerOwned = ["uid", "creationTimestamp", "generation", "deletionTimestamp", "deletionGracePeriodSeconds"];

    /// <summary>Whether a document names the object that the request is about; null if it does.</summary>
    public static ApiStatus? NameMismatch(ObjectKey key, JsonObject? metadata)
    {
        if (key.Namespace.Length > 0 && metadata.Text("namespace") is { Length: > 0 } space && space != key.Namespace)
        {
            return ApiStatus.BadRequest("the namespace of the provided object does not match the namespace sent on the request");
        }

        return metadata.Text("name") is { Length: > 0 } name && name != key.Name
            ? ApiStatus.BadRequest($"the name of the object ({name}) does not match the name on the URL ({key.Name})")
            : null;
    }

    /// <summary>Gives a new object its identity.</summary>
    public static void StampNew(ResourceDescriptor resource, ObjectKey key, JsonObject metadata, RuleContext context)
    {
        metadata.Remove("resourceVersion");
        metadata.Remove("selfLink");
        metadata.Remove("deletionTimestamp");
        metadata.Remove("deletionGracePeriodSeconds");
        metadata["name"] = key.Name;
        if (resource.Namespaced)
        {
            metadata["namespace"] = key.Namespace;
        }
        else
        {
            metadata.Remove("namespace");
        }

        metadata["uid"] = context.NewUid;
        metadata["creationTimestamp"] = Timestamps.Text(context.Now);
        if (resource.HasGeneration)
        {
            metadata["generation"] = 1L;
        }
        else
        {
            metadata.Remove("generation");
        }
    }

    /// <summary>Finds what a client may not change, before <see cref="Carry"/> puts the server's values there.</summary>
    public static void ValidateUpdate(JsonObject metadata, JsonObject old, FieldErrors errors)
    {
        foreach (var name in (ReadOnlySpan<string>)["creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds"])
        {
            if (metadata[name] is { } value && !JsonTree.Equal(value, old[name]))
            {
                errors.Invalid(FieldPath.Metadata.Child(name), value, "field is immutable");
            }
        }

        if (old.Has("deletionTimestamp") && metadata.Array("finalizers") is { } finalizers)
        {
            ValidateNoNewFinalizers(finalizers, old.Array("finalizers"), errors);
        }
    }

    /// <summary>Puts the server's values where the client's were.</summary>
    public static void Carry(ObjectKey key, JsonObject metadata, JsonObject old)
    {
        metadata.Remove("resourceVersion");
        metadata.Remove("selfLink");
        metadata["name"] = key.Name;
        if (key.Namespace.Length > 0)
        {
            metadata["namespace"] = key.Namespace;
        }
        else
        {
            metadata.Remove("namespace");
        }

        foreach (var name in ServerOwned)
        {
            metadata.TakeFrom(old, name);
        }
    }

    /// <summary>One more generation, for kinds that count them.</summary>
    public static void RaiseGeneration(JsonObject metadata)
    {
        if (metadata.Number("generation") is > 0 and var generation)
        {
            metadata["generation"] = generation + 1;
        }
    }

    private static void ValidateNoNewFinalizers(JsonArray finalizers, JsonArray? old, FieldErrors errors)
    {
        var added = finalizers.Select(item => item.Text() ?? "")
            .Where(item => old is null || !old.Any(there => there.Text() == item))
            .ToArray();
        if (added.Length > 0)
        {
            var words = string.Join(", ", added.Select(GoWords.Quote));
            errors.Forbidden(
                FieldPath.Metadata.Child("finalizers"),
                $"no new finalizers can be added if the object is being deleted, found new finalizers []string{{{words}}}");
        }
    }
}
