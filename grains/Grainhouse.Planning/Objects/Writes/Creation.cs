using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Grains;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Interfaces.Objects.Conversion;
using Grainhouse.Planning.Admission;
using Grainhouse.Planning.Documents;
using Grainhouse.Planning.Objects.Decoding;
using Grainhouse.Planning.Objects.Json;
using Grainhouse.Planning.Objects.Kinds;
using Grainhouse.Planning.Objects.ManagedFields;
using Grainhouse.Planning.Objects.Validation;

namespace Grainhouse.Planning.Objects.Writes;

/// <summary>A new object.</summary>
internal static class Creation
{
    public static WriteDecision Decide(
        ResourceDescriptor resource, ObjectKey key, ReadOnlySpan<byte> document, WriteOptions options, RuleContext context)
    {
        var served = ServedVersion.Of(resource, options);
        var decoded = DocumentDecoder.Decode(served, document, options.FieldValidation);
        if (decoded.Error is not null)
        {
            return new WriteDecision.Reject(decoded.Error);
        }

        VersionConversion.ToStored(served, decoded.Document);
        return Complete(resource, key, decoded.Document, decoded.Warnings, options, context, null);
    }

    /// <summary>Goes on with a decoded document; a first apply comes here too.</summary>
    /// <param name="resource">The kind.</param>
    /// <param name="key">The object's key.</param>
    /// <param name="root">The document; changed in place.</param>
    /// <param name="warnings">Words for the user.</param>
    /// <param name="options">Says who creates.</param>
    /// <param name="context">Time and uid.</param>
    /// <param name="managedFields">Who owns what, where that is settled already.</param>
    public static WriteDecision Complete(
        ResourceDescriptor resource,
        ObjectKey key,
        JsonObject root,
        ImmutableArray<string> warnings,
        WriteOptions options,
        RuleContext context,
        ReadOnlyMemory<byte>? managedFields)
    {
        var metadata = root.Child("metadata");
        if (SystemMetadata.NameMismatch(key, metadata) is { } mismatch)
        {
            return new WriteDecision.Reject(mismatch);
        }

        if (metadata.Text("resourceVersion") is { Length: > 0 } revision && revision != "0")
        {
            return new WriteDecision.Reject(ApiStatus.BadRequest("resourceVersion should not be set on objects to be created"));
        }

        var kind = KindRules.For(resource);
        SystemMetadata.StampNew(resource, key, metadata, context);
        if (resource.HasStatus && !kind.KeepsStatusOnCreate)
        {
            root.Remove("status");
        }

        kind.Default(root);
        var owned = managedFields ?? FieldTracking.Created(resource, root, options, context);
        AdmissionSteps.Complete(resource, root, context);
        kind.PrepareCreate(root, key);

        var errors = new FieldErrors();
        MetadataRules.Validate(kind, metadata, errors);
        kind.Validate(root, errors);
        kind.ValidateCreate(root, errors);
        var refused = errors.Any ? ApiStatus.Invalid(resource, key.Name, errors.Causes) : AdmissionSteps.Refuse(resource, key, root, context);
        return refused is not null
            ? new WriteDecision.Reject(refused) { Warnings = warnings }
            : new WriteDecision.Commit(root.ToObject(key, owned)) { Warnings = warnings };
    }
}
