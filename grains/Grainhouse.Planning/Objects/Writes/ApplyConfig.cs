using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Grains;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Interfaces.Schemas;
using Grainhouse.Planning.Documents;
using Grainhouse.Planning.Objects.Decoding;
using Grainhouse.Planning.Objects.Json;
using Grainhouse.Planning.Objects.ManagedFields;

namespace Grainhouse.Planning.Objects.Writes;

/// <summary>A configuration that is applied, read and checked.</summary>
/// <param name="Document">The whole configuration, its values in the form that objects are stored in.</param>
/// <param name="Error">Why it cannot be applied; null if it can.</param>
/// <param name="Warnings">Words for the user.</param>
internal readonly record struct ApplyConfig(JsonObject Document, ApiStatus? Error, ImmutableArray<string> Warnings)
{
    private static readonly string[] Identity = ["name", "namespace", "creationTimestamp", "selfLink", "uid", "clusterName", "generation", "resourceVersion"];

    /// <summary>Reads a configuration.</summary>
    /// <param name="resource">The kind that the configuration must be of.</param>
    /// <param name="key">The object that the request is about.</param>
    /// <param name="patch">The body, as JSON.</param>
    /// <param name="options">Says what to do with duplicate fields.</param>
    public static ApplyConfig Read(ResourceDescriptor resource, ObjectKey key, ReadOnlySpan<byte> patch, WriteOptions options)
    {
        JsonObject? given;
        try
        {
            given = JsonTree.Parse(patch) as JsonObject;
        }
        catch (JsonException error)
        {
            return Failed(ApiStatus.BadRequest($"error decoding YAML: {SyntaxWords.Of(error, patch)}"));
        }
        catch (InvalidOperationException)
        {
            // The reader's way to say that a text is not valid UTF-8 or has half a surrogate pair.
            return Failed(ApiStatus.BadRequest("error decoding YAML: invalid UTF-8 in a string"));
        }

        if (given is null)
        {
            return Failed(ApiStatus.BadRequest("error decoding YAML: json: cannot unmarshal into Go value of type map[string]interface {}"));
        }

        if (Refusal(resource, given) is { } refusal)
        {
            return Failed(refusal);
        }

        var reader = new SchemaReader(patch);
        var document = reader.Read(SchemaCatalog.For(resource))!;
        if (reader.TypeError is { } wrong)
        {
            return Failed(ApiStatus.BadRequest($"failed to convert new object ({Name(resource, given)}) to proper version: {wrong}"));
        }

        return SystemMetadata.NameMismatch(key, document.Object("metadata")) is { } mismatch
            ? Failed(mismatch)
            : Judge(document, reader.StrictErrors, options.FieldValidation);
    }

    /// <summary>What the applier names of what a write may touch: without what nobody owns, and without the other subresource's part.</summary>
    public JsonObject Owned(ResourceDescriptor resource, string subresource)
    {
        var owned = (JsonObject)Document.DeepClone();
        owned.Remove("apiVersion");
        owned.Remove("kind");
        if (subresource == "status")
        {
            return owned["status"] is { } status ? new JsonObject { ["status"] = status.DeepClone() } : [];
        }

        owned.Remove(FieldTracking.NotIn(resource, subresource));
        if (owned.Object("metadata") is { } metadata)
        {
            foreach (var name in Identity)
            {
                metadata.Remove(name);
            }

            if (metadata.Count == 0)
            {
                owned.Remove("metadata");
            }
        }

        return owned;
    }

    private static ApplyConfig Failed(ApiStatus error) => new([], error, []);

    private static ApiStatus? Refusal(ResourceDescriptor resource, JsonObject given)
    {
        var apiVersion = given.Text("apiVersion") ?? "";
        var kind = given.Text("kind") ?? "";
        if (apiVersion.Length == 0 || kind.Length == 0)
        {
            var missing = kind.Length == 0 ? "Kind" : "apiVersion";
            return ApiStatus.BadRequest($"Object '{missing}' is missing in '{given.ToJsonString(DocumentJson.Options)}'");
        }

        if (apiVersion != resource.ApiVersion)
        {
            return ApiStatus.BadRequest(
                $"Incorrect version specified in apply patch. Specified patch version: {apiVersion}, expected: {resource.ApiVersion}");
        }

        if (kind != resource.Kind)
        {
            return ApiStatus.BadRequest($"invalid object type: {apiVersion}, Kind={kind}");
        }

        if (given.Object("metadata").Has("managedFields"))
        {
            return ApiStatus.BadRequest("metadata.managedFields must be nil");
        }

        // As upstream, which answers with no reason and 500 here.
        return ConfigCheck.Errors(given, resource) is { Count: > 0 } errors
            ? new ApiStatus(500, "", $"failed to create typed patch object ({Name(resource, given)}): {Words(errors)}")
            : null;
    }

    private static string Words(List<string> errors) => errors.Count == 1 ? errors[0] : $"errors:\n{string.Join('\n', errors.Select(error => $"  {error}"))}";

    private static string Name(ResourceDescriptor resource, JsonObject given) =>
        $"{given.Object("metadata").Text("namespace")}/{given.Object("metadata").Text("name")}; {resource.ApiVersion}, Kind={resource.Kind}";

    private static ApplyConfig Judge(JsonObject document, List<string>? strictErrors, FieldValidation validation)
    {
        if (strictErrors is not { Count: > 0 } || validation == FieldValidation.Ignore)
        {
            return new ApplyConfig(document, null, []);
        }

        // Unknown fields have been refused before: what is left are fields that are there twice.
        var twice = strictErrors.Select(error => error.Replace("duplicate field ", "key ", StringComparison.Ordinal) + " already set in map");
        var words = $"error converting YAML to JSON: yaml: unmarshal errors:\n{string.Join('\n', twice.Select(error => $"  {error}"))}";
        return validation == FieldValidation.Strict
            ? Failed(ApiStatus.BadRequest($"error strict decoding YAML: {words}"))
            : new ApplyConfig(document, null, [words]);
    }
}
