using System.Text.Json;
using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Grains;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning.Objects.Json;

namespace Grainhouse.Planning.Objects.Decoding;

/// <summary>Turns a user's document into a tree that has the right types, or into upstream's words for why not.</summary>
internal static class DocumentDecoder
{
    public static Decoded Decode(ResourceDescriptor resource, ReadOnlySpan<byte> json, FieldValidation validation)
    {
        _ = validation;
        try
        {
            return JsonTree.Parse(json) is JsonObject root
                ? new Decoded(root, null, [])
                : Decoded.Failed(ApiStatus.BadRequest($"the object provided is unrecognized (must be of type {resource.Kind})"));
        }
        catch (JsonException error)
        {
            return Decoded.Failed(ApiStatus.BadRequest($"the object provided is unrecognized (must be of type {resource.Kind}): {error.Message}"));
        }
    }

    /// <summary>Decodes what a patch made of the current object.</summary>
    public static Decoded DecodePatched(ResourceDescriptor resource, JsonNode? document, KubeObject current, FieldValidation validation)
    {
        _ = current;
        return document is JsonObject root ? Decode(resource, JsonTree.Write(root), validation) : Decode(resource, "null"u8, validation);
    }
}
