using Grainhouse.Interfaces.Grains;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Interfaces.Objects.Conversion;
using Grainhouse.Planning.Documents;
using Grainhouse.Planning.Objects.Decoding;
using Grainhouse.Planning.Objects.Json;
using Grainhouse.Planning.Objects.Kinds;
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

        var root = decoded.Document;
        VersionConversion.ToStored(served, root);
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
        kind.PrepareCreate(root, key);

        var errors = new FieldErrors();
        MetadataRules.Validate(kind, metadata, errors);
        kind.Validate(root, errors);
        return errors.Any
            ? new WriteDecision.Reject(ApiStatus.Invalid(resource, key.Name, errors.Causes)) { Warnings = decoded.Warnings }
            : new WriteDecision.Commit(new KubeObject(key, 0, JsonTree.Write(root))) { Warnings = decoded.Warnings };
    }
}
