using System.Text.Json;
using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Grains;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Interfaces.Objects.Conversion;
using Grainhouse.Planning.Documents;
using Grainhouse.Planning.Objects.Decoding;
using Grainhouse.Planning.Objects.Json;
using Grainhouse.Planning.Objects.Patches;

namespace Grainhouse.Planning.Objects.Writes;

/// <summary>A patch: made into the document that it asks for, then an update like any other.</summary>
internal static class Patching
{
    public static WriteDecision Decide(
        ResourceDescriptor resource, KubeObject current, PatchType type, ReadOnlySpan<byte> patch, WriteOptions options, RuleContext context)
    {
        _ = context;
        var scale = options.Subresource == "scale";
        var served = scale ? ScaleWrite.Scale : ServedVersion.Of(resource, options);
        var shown = VersionConversion.Show(served, current);
        var old = current.ToTree(resource);
        var before = scale ? ScaleView.Of(current) : ReferenceEquals(shown, current) ? (JsonObject)old.DeepClone() : shown.ToTree(served);
        if (!scale)
        {
            // Patches may test the revision, or ask for one.
            before.Child("metadata")["resourceVersion"] = current.Revision.ToString();
        }

        var patched = Apply(type, before, patch, served);
        if (patched.Error is not null)
        {
            return new WriteDecision.Reject(patched.Error);
        }

        var decoded = DocumentDecoder.DecodePatched(
            served, patched.Document, scale ? "{}"u8 : shown.Document.Span, options.FieldValidation);
        if (decoded.Error is not null)
        {
            return new WriteDecision.Reject(decoded.Error);
        }

        VersionConversion.ToStored(served, decoded.Document);
        return scale
            ? ScaleWrite.Apply(resource, current, decoded.Document, decoded.Warnings)
            : Replacement.Apply(resource, current, decoded.Document, old, options, decoded.Warnings);
    }

    private static PatchResult Apply(PatchType type, JsonObject target, ReadOnlySpan<byte> patch, ResourceDescriptor resource)
    {
        JsonNode? changes;
        try
        {
            changes = JsonTree.Parse(patch);
        }
        catch (JsonException error)
        {
            return PatchResult.Malformed($"error decoding patch: {SyntaxWords.Of(error, patch)}");
        }
        catch (InvalidOperationException)
        {
            // The reader's way to say that a text is not valid UTF-8 or has half a surrogate pair.
            return PatchResult.Malformed("error decoding patch: invalid UTF-8 in a string");
        }

        if (type == PatchType.Json)
        {
            return JsonPatch.Apply(target, changes);
        }

        if (changes is not JsonObject)
        {
            return PatchResult.Malformed($"json: cannot unmarshal {JsonPatch.GoKind(changes)} into Go value of type map[string]interface {{}}");
        }

        return type == PatchType.Merge
            ? new PatchResult(MergePatch.Apply(target, changes), null)
            : StrategicMergePatch.Apply(resource, target, (JsonObject)changes);
    }
}
