using System.Text.Json.Nodes;
using Grainhouse.Planning.Documents;
using Grainhouse.Planning.Objects.Json;
using Grainhouse.Planning.Objects.Validation;

namespace Grainhouse.Planning.Objects.Patches;

/// <summary>JSON patch, RFC 6902: operations in order, all or none.</summary>
internal static class JsonPatch
{
    /// <summary>More operations than this are refused, as by the Kubernetes API server (maxJSONPatchOperations).</summary>
    private const int MostOperations = 10_000;

    /// <summary>The most bytes that copies may add in all, as with the Kubernetes API server: a few of them double a document without end.</summary>
    private const long MostCopied = 3 << 20;

    /// <summary>Applies a patch. <paramref name="target"/> may be changed in place, also by a patch that fails.</summary>
    public static PatchResult Apply(JsonNode? target, JsonNode? patch)
    {
        if (patch is not JsonArray operations)
        {
            return PatchResult.Malformed($"json: cannot unmarshal {GoKind(patch)} into Go value of type jsonpatch.Patch");
        }

        if (operations.Count > MostOperations)
        {
            return PatchResult.TooLarge($"The allowed maximum operations in a JSON patch is {MostOperations}, got {operations.Count}");
        }

        var copied = 0L;

        foreach (var item in operations)
        {
            if (item is not JsonObject operation)
            {
                return PatchResult.Malformed($"json: cannot unmarshal {GoKind(item)} into Go value of type jsonpatch.Operation");
            }

            if (ApplyOne(ref target, operation, ref copied) is { } why)
            {
                return PatchResult.DoesNotApply(why);
            }

            if (copied > MostCopied)
            {
                return PatchResult.TooLarge($"Unable to complete the copy, the accumulated size increase of copy is {copied}, exceeding the limit {MostCopied}");
            }
        }

        return new PatchResult(target, null);
    }

    internal static string GoKind(JsonNode? node) => node switch
    {
        null => "null",
        JsonObject => "object",
        JsonArray => "array",
        JsonValue value => value.GetValueKind() switch
        {
            System.Text.Json.JsonValueKind.String => "string",
            System.Text.Json.JsonValueKind.Number => "number",
            _ => "bool",
        },
        _ => "value",
    };

    /// <summary>Answers why the operation does not apply; null if it did.</summary>
    private static string? ApplyOne(ref JsonNode? root, JsonObject operation, ref long copied)
    {
        var name = operation.Text("op") ?? "";
        if (operation.Text("path") is not { } text || JsonPointer.Parse(text) is not { } path)
        {
            return $"{name} operation does not apply: the operation has no valid path";
        }

        switch (name)
        {
            case "add":
                return NoValue(operation, name, text) ?? Add(ref root, path, text, operation["value"]?.DeepClone());
            case "replace":
                return NoValue(operation, name, text)
                    ?? (JsonPointer.TryFind(root, path, out _) ? Replace(ref root, path, operation["value"]?.DeepClone()) : Missing(name, text));
            case "remove":
                return Remove(root, path, text);
            case "test":
                var found = JsonPointer.TryFind(root, path, out var actual);
                return (found || operation["value"] is null) && JsonTree.Equal(actual, operation["value"])
                    ? null
                    : $"testing value {text} failed: test failed";
            case "move" or "copy":
                return Transfer(ref root, operation, name, path, text, ref copied);
            default:
                return $"Unexpected kind: {(name.Length == 0 ? "unknown" : name)}";
        }
    }

    private static string? Transfer(ref JsonNode? root, JsonObject operation, string name, string[] path, string text, ref long copied)
    {
        if (operation.Text("from") is not { } fromText || JsonPointer.Parse(fromText) is not { } from)
        {
            return $"{name} operation does not apply: the operation has no valid from";
        }

        if (!JsonPointer.TryFind(root, from, out var value))
        {
            return Missing(name, fromText);
        }

        if (name == "copy")
        {
            copied += value is null ? 0 : JsonTree.Write(value).Length;
            return copied > MostCopied ? null : Add(ref root, path, text, value?.DeepClone());
        }

        if (path.AsSpan().StartsWith(from))
        {
            return path.Length == from.Length ? null : $"move operation does not apply: {GoWords.Quote(text)} is inside {GoWords.Quote(fromText)}";
        }

        return Remove(root, from, fromText) ?? Add(ref root, path, text, value);
    }

    private static string? Add(ref JsonNode? root, string[] path, string text, JsonNode? value)
    {
        if (path.Length == 0)
        {
            root = value;
            return null;
        }

        if (!JsonPointer.TryFind(root, path.AsSpan(0, path.Length - 1), out var parent))
        {
            return Missing("add", text);
        }

        if (path.Length + JsonTree.Depth(value) > JsonTree.MaxDepth)
        {
            return $"add operation does not apply: the document would be nested more than {JsonTree.MaxDepth} deep";
        }

        var last = path[^1];
        switch (parent)
        {
            case JsonObject node:
                node[last] = value;
                return null;
            case JsonArray list when last == "-":
                list.Add(value);
                return null;
            case JsonArray list when JsonPointer.TryIndex(last, list.Count + 1, out var index):
                list.Insert(index, value);
                return null;
            case JsonArray:
                return $"add operation does not apply: doc is missing path: {GoWords.Quote(text)}: Unable to access invalid index: {last}: invalid index referenced";
            default:
                return Missing("add", text);
        }
    }

    private static string? Replace(ref JsonNode? root, string[] path, JsonNode? value)
    {
        if (path.Length == 0)
        {
            root = value;
            return null;
        }

        JsonPointer.TryFind(root, path.AsSpan(0, path.Length - 1), out var parent);
        if (parent is JsonArray list)
        {
            JsonPointer.TryIndex(path[^1], list.Count, out var index);
            list[index] = value;
        }
        else
        {
            ((JsonObject)parent!)[path[^1]] = value;
        }

        return null;
    }

    private static string? Remove(JsonNode? root, string[] path, string text)
    {
        if (path.Length == 0 || !JsonPointer.TryFind(root, path, out _))
        {
            return Missing("remove", text);
        }

        JsonPointer.TryFind(root, path.AsSpan(0, path.Length - 1), out var parent);
        if (parent is JsonArray list)
        {
            JsonPointer.TryIndex(path[^1], list.Count, out var index);
            list.RemoveAt(index);
        }
        else
        {
            ((JsonObject)parent!).Remove(path[^1]);
        }

        return null;
    }

    private static string? NoValue(JsonObject operation, string name, string text) =>
        operation.ContainsKey("value") ? null : $"{name} operation does not apply: the operation at {GoWords.Quote(text)} has no value";

    private static string Missing(string operation, string path) =>
        $"{operation} operation does not apply: doc is missing path: {GoWords.Quote(path)}: missing value";
}
