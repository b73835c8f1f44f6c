using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Grains;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning.Documents;
using Grainhouse.Planning.Objects.Decoding;
using Grainhouse.Planning.Objects.Json;
using Grainhouse.Planning.Objects.ManagedFields;
using Grainhouse.Planning.Objects.Validation;

namespace Grainhouse.Planning.Objects.Writes;

/// <summary>The <c>scale</c> subresource: an autoscaling/v1 Scale that changes <c>spec.replicas</c> and nothing else.</summary>
internal static class ScaleWrite
{
    public static ResourceDescriptor Scale { get; } = new("autoscaling", "v1", "Scale", "scales", true) { Schema = "io.k8s.api.autoscaling.v1.Scale" };

    public static WriteDecision Decide(ResourceDescriptor resource, KubeObject current, ReadOnlySpan<byte> document, WriteOptions options, RuleContext context)
    {
        var decoded = DocumentDecoder.Decode(Scale, document, options.FieldValidation);
        return decoded.Error is not null
            ? new WriteDecision.Reject(decoded.Error)
            : Apply(resource, current, decoded.Document, decoded.Warnings, options, context);
    }

    /// <summary>Sets the number; an apply comes here too.</summary>
    public static WriteDecision Set(
        KubeObject current, JsonObject old, long replicas, ImmutableArray<string> warnings, ReadOnlyMemory<byte> managedFields, Func<JsonObject, ReadOnlyMemory<byte>> own)
    {
        var now = old;
        if (old.Object("spec").Number("replicas") != replicas)
        {
            now = (JsonObject)old.DeepClone();
            now.Child("spec")["replicas"] = replicas;
            SystemMetadata.RaiseGeneration(now.Child("metadata"));
        }

        var owned = own(now);
        return ReferenceEquals(now, old) && owned.Span.SequenceEqual(managedFields.Span)
            ? new WriteDecision.Unchanged { Warnings = warnings }
            : new WriteDecision.Commit(now.ToObject(current.Key, owned)) { Warnings = warnings };
    }

    public static WriteDecision Apply(
        ResourceDescriptor resource, KubeObject current, JsonObject scale, ImmutableArray<string> warnings, WriteOptions options, RuleContext context)
    {
        var metadata = scale.Object("metadata");
        var refused = SystemMetadata.NameMismatch(current.Key, metadata)
            ?? Preconditions.Revision(resource, current, metadata.Text("resourceVersion"), needed: false);
        if (refused is not null)
        {
            return new WriteDecision.Reject(refused) { Warnings = warnings };
        }

        var replicas = scale.Object("spec").Number("replicas") ?? 0;
        if (replicas < 0)
        {
            var errors = new FieldErrors();
            errors.Invalid(FieldPath.Spec.Child("replicas"), replicas, "must be greater than or equal to 0");
            return new WriteDecision.Reject(ApiStatus.Invalid(Scale, current.Key.Name, errors.Causes)) { Warnings = warnings };
        }

        var old = current.ToTree(resource, out var managedFields);
        var known = new KnownFields(managedFields, default, options.Subresource);
        return Set(current, old, replicas, warnings, managedFields, now => FieldTracking.Updated(resource, known, old, now, options, context));
    }
}
