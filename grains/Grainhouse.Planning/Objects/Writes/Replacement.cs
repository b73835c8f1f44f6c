using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Grains;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Interfaces.Objects.Conversion;
using Grainhouse.Planning.Disruptions;
using Grainhouse.Planning.Documents;
using Grainhouse.Planning.Objects.Decoding;
using Grainhouse.Planning.Objects.Json;
using Grainhouse.Planning.Objects.Kinds;
using Grainhouse.Planning.Objects.ManagedFields;
using Grainhouse.Planning.Objects.Validation;

namespace Grainhouse.Planning.Objects.Writes;

/// <summary>An update of an object or of its subresource.</summary>
internal static class Replacement
{
    public static WriteDecision Decide(
        ResourceDescriptor resource, KubeObject current, ReadOnlySpan<byte> document, WriteOptions options, RuleContext context)
    {
        switch (options.Subresource)
        {
            case "scale":
                return ScaleWrite.Decide(resource, current, document, options, context);
            case "binding":
                return BindingWrite.Decide(resource, current, document, options, context);
            case DisruptionClaim.Subresource:
                return DisruptionClaim.Decide(resource, current, document, context);
        }

        var served = ServedVersion.Of(resource, options);
        var decoded = DocumentDecoder.Decode(served, document, options.FieldValidation);
        if (decoded.Error is not null)
        {
            return new WriteDecision.Reject(decoded.Error);
        }

        VersionConversion.ToStored(served, decoded.Document);
        var old = current.ToTree(resource, out var managedFields);
        var known = new KnownFields(managedFields, decoded.ManagedFields, options.Subresource);
        return Apply(
            resource, current, decoded.Document, old, options, decoded.Warnings, known, now => FieldTracking.Updated(resource, known, old, now, options, context));
    }

    /// <summary>Goes on with a decoded document; patches come here too.</summary>
    /// <param name="resource">The kind.</param>
    /// <param name="current">The object as last committed.</param>
    /// <param name="root">The document; changed in place.</param>
    /// <param name="old">The object's tree.</param>
    /// <param name="options">Names the subresource.</param>
    /// <param name="warnings">Words for the user.</param>
    /// <param name="known">Who owns what before the write.</param>
    /// <param name="own">Says who owns what after it.</param>
    public static WriteDecision Apply(
        ResourceDescriptor resource,
        KubeObject current,
        JsonObject root,
        JsonObject old,
        WriteOptions options,
        ImmutableArray<string> warnings,
        KnownFields known,
        Func<JsonObject, ReadOnlyMemory<byte>> own)
    {
        var metadata = root.Child("metadata");
        var oldMetadata = old.Child("metadata");
        var kind = KindRules.For(resource);
        if (Refuse(resource, kind, current, metadata) is { } refused)
        {
            return new WriteDecision.Reject(refused) { Warnings = warnings };
        }

        var errors = new FieldErrors();
        SystemMetadata.ValidateUpdate(metadata, oldMetadata, errors);
        known.Validate(errors);
        SystemMetadata.Carry(current.Key, metadata, oldMetadata);
        root = Scope(resource, kind, root, old, options.Subresource);
        metadata = root.Child("metadata");
        if (options.Subresource.Length == 0)
        {
            // Other subresources bring nothing that defaults or rules of the spec could apply to.
            kind.Default(root);
            kind.PrepareUpdate(root, old);
            MetadataRules.Validate(kind, metadata, errors);
            kind.Validate(root, errors);
            kind.ValidateUpdate(root, old, errors);
        }
        else if (options.Subresource == EphemeralContainerRules.Subresource)
        {
            kind.Default(root);
            kind.Validate(root, errors);
            EphemeralContainerRules.ValidateUpdate(root.Child("spec"), old.Child("spec"), errors);
        }

        if (errors.Any)
        {
            return new WriteDecision.Reject(ApiStatus.Invalid(resource, current.Key.Name, errors.Causes)) { Warnings = warnings };
        }

        if (options.Subresource.Length == 0)
        {
            Count(resource, kind, root, old, metadata, oldMetadata);
        }

        return Outcome(current, root, old, warnings, known, own);
    }

    /// <summary>Nothing new, something new, or a deletion that this write completes.</summary>
    private static WriteDecision Outcome(
        KubeObject current, JsonObject root, JsonObject old, ImmutableArray<string> warnings, KnownFields known, Func<JsonObject, ReadOnlyMemory<byte>> own)
    {
        var owned = own(root);
        if (Deletion.IsComplete(current.Key, root))
        {
            return new WriteDecision.Remove(root.ToObject(current.Key, owned, current.Revision)) { Warnings = warnings };
        }

        return owned.Span.SequenceEqual(known.Live.Span) && JsonTree.Equal(root, old)
            ? new WriteDecision.Unchanged { Warnings = warnings }
            : new WriteDecision.Commit(root.ToObject(current.Key, owned)) { Warnings = warnings };
    }

    private static ApiStatus? Refuse(ResourceDescriptor resource, KindRules kind, KubeObject current, JsonObject metadata)
    {
        if (SystemMetadata.NameMismatch(current.Key, metadata) is { } mismatch)
        {
            return mismatch;
        }

        if (metadata.Text("uid") is { Length: > 0 } uid && uid != current.Header.Uid)
        {
            return ApiStatus.Conflict(
                resource, current.Key.Name, $"Precondition failed: UID in precondition: {uid}, UID in object meta: {current.Header.Uid}");
        }

        return Preconditions.Revision(resource, current, metadata.Text("resourceVersion"), kind.NeedsRevision);
    }

    /// <summary>Takes from the request what its subresource may change, and the rest from the current object.</summary>
    private static JsonObject Scope(ResourceDescriptor resource, KindRules kind, JsonObject root, JsonObject old, string subresource)
    {
        switch (subresource)
        {
            case "status":
                var withStatus = (JsonObject)old.DeepClone();
                withStatus.TakeFrom(root, "status");
                if (kind.StatusWritesAnnotations)
                {
                    withStatus.Child("metadata").TakeFrom(root.Object("metadata"), "annotations");
                }

                return withStatus;
            case "approval":
                var approved = (JsonObject)old.DeepClone();
                approved.Child("status").TakeFrom(root.Object("status"), "conditions");
                return approved;
            case "finalize":
                var finalized = (JsonObject)old.DeepClone();
                finalized.Child("spec").TakeFrom(root.Object("spec"), "finalizers");
                return finalized;
            case EphemeralContainerRules.Subresource:
                var visited = (JsonObject)old.DeepClone();
                visited.Child("spec").TakeFrom(root.Object("spec"), "ephemeralContainers");
                return visited;
            default:
                if (resource.HasStatus)
                {
                    root.TakeFrom(old, "status");
                }

                return root;
        }
    }

    private static void Count(
        ResourceDescriptor resource, KindRules kind, JsonObject root, JsonObject old, JsonObject metadata, JsonObject oldMetadata)
    {
        if (!resource.HasGeneration)
        {
            return;
        }

        if (!JsonTree.Equal(root[kind.DesiredPart], old[kind.DesiredPart])
            || (kind.AnnotationsRaiseGeneration && !JsonTree.Equal(metadata["annotations"], oldMetadata["annotations"])))
        {
            SystemMetadata.RaiseGeneration(metadata);
        }
    }
}
