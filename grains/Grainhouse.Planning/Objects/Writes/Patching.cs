using System.Text.Json;
using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Grains;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Interfaces.Objects.Conversion;
using Grainhouse.Planning.Documents;
using Grainhouse.Planning.Objects.Decoding;
using Grainhouse.Planning.Objects.Json;
using Grainhouse.Planning.Objects.ManagedFields;
using Grainhouse.Planning.Objects.Patches;

namespace Grainhouse.Planning.Objects.Writes;

/// <summary>A patch: made into the document that it asks for, then an update like any other.</summary>
internal static class Patching
{
    public static WriteDecision Decide(
        ResourceDescriptor resource, KubeObject current, PatchType type, ReadOnlySpan<byte> patch, WriteOptions options, RuleContext context)
    {
        var scale = options.Subresource == "scale";
        var served = scale ? ScaleWrite.Scale : ServedVersion.Of(resource, options);
        var shown = VersionConversion.Show(served, current);
        var old = current.ToTree(resource, out var managedFields);
        var before = scale ? ScaleView.Of(current) : ReferenceEquals(shown, current) ? (JsonObject)old.DeepClone() : shown.ToTree(served);
        if (!scale)
        {
            // Patches may test the revision, or ask for one.
            before.Child("metadata")["resourceVersion"] = current.Revision.ToString();
        }

        var (changes, malformed) = Parse(type, patch);
        if (malformed is not null)
        {
            return new WriteDecision.Reject(malformed);
        }

        if (!scale && !managedFields.IsEmpty && PatchScope.TouchesManagedFields(type, changes))
        {
            before.Child("metadata")["managedFields"] = JsonTree.Parse(managedFields.Span);
        }

        var patched = Apply(type, before, changes, served);
        if (patched.Error is not null)
        {
            return new WriteDecision.Reject(patched.Error);
        }

        var decoded = DocumentDecoder.DecodePatched(
            served, patched.Document, scale ? "{}"u8 : shown.Document.Span, StrictErrors(type, changes, patch, options), options.FieldValidation);
        if (decoded.Error is not null)
        {
            return new WriteDecision.Reject(decoded.Error);
        }

        VersionConversion.ToStored(served, decoded.Document);
        if (scale)
        {
            return ScaleWrite.Apply(resource, current, decoded.Document, decoded.Warnings, options, context);
        }

        var known = new KnownFields(managedFields, decoded.ManagedFields, options.Subresource);
        return Replacement.Apply(
            resource, current, decoded.Document, old, options, decoded.Warnings, known, now => FieldTracking.Updated(resource, known, old, now, options, context));
    }

    // Fields that are there twice in the patch itself, which the tree of it does not show, and what no operation of a JSON patch has.
    private static List<string>? StrictErrors(PatchType type, JsonNode? changes, ReadOnlySpan<byte> patch, WriteOptions options)
    {
        if (options.FieldValidation == FieldValidation.Ignore)
        {
            return null;
        }

        var errors = DuplicateFields.Find(patch);
        if (type != PatchType.Json)
        {
            return errors;
        }

        var unknown = ((JsonArray)changes!).SelectMany((item, place) => item is JsonObject operation
            ? operation.Where(member => member.Key is not ("op" or "path" or "from" or "value")).Select(member => $"unknown field \"[{place}].{member.Key}\"")
            : []);
        return [.. (errors ?? []).Concat(unknown).Select(words => $"json patch {words}")];
    }

    private static (JsonNode? Changes, ApiStatus? Error) Parse(PatchType type, ReadOnlySpan<byte> patch)
    {
        JsonNode? changes;
        try
        {
            changes = JsonTree.Parse(patch);
        }
        catch (JsonException error)
        {
            return (null, ApiStatus.BadRequest($"error decoding patch: {SyntaxWords.Of(error, patch)}"));
        }
        catch (InvalidOperationException)
        {
            // The reader's way to say that a text is not valid UTF-8 or has half a surrogate pair.
            return (null, ApiStatus.BadRequest("error decoding patch: invalid UTF-8 in a string"));
        }

        return type == PatchType.Json || changes is JsonObject
            ? (changes, null)
            : (null, ApiStatus.BadRequest($"json: cannot unmarshal {JsonPatch.GoKind(changes)} into Go value of type map[string]interface {{}}"));
    }

    private static PatchResult Apply(PatchType type, JsonObject target, JsonNode? changes, ResourceDescriptor resource) => type switch
    {
        PatchType.Json => JsonPatch.Apply(target, changes),
        PatchType.Merge => new PatchResult(MergePatch.Apply(target, changes), null),
        _ => StrategicMergePatch.Apply(resource, target, (JsonObject)changes!),
    };
}
