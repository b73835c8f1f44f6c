using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Grains;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Interfaces.Schemas;
using Grainhouse.Planning.Documents;
using Grainhouse.Planning.Objects.Json;
using Grainhouse.Planning.Objects.Validation;

namespace Grainhouse.Planning.Objects.Decoding;

/// <summary>Turns a user's document into a tree that has the right types, or into upstream's words for why not.</summary>
internal static class DocumentDecoder
{
    private const string NoUnicode = "invalid UTF-8 in a string";

    /// <summary>Decodes a body.</summary>
    public static Decoded Decode(ResourceDescriptor resource, ReadOnlySpan<byte> json, FieldValidation validation)
    {
        var reader = new SchemaReader(json);
        JsonObject? root;
        try
        {
            root = reader.Read(SchemaCatalog.For(resource));
        }
        catch (JsonException error)
        {
            return Decoded.Failed(Unrecognized(resource, json, SyntaxWords.Of(error, json)));
        }
        catch (InvalidOperationException)
        {
            // The reader's way to say that a text is not valid UTF-8 or has half a surrogate pair.
            return Decoded.Failed(Unrecognized(resource, json, NoUnicode));
        }

        if (root is null)
        {
            return Decoded.Failed(Unrecognized(resource, json, "json: cannot unmarshal into Go value of type struct { APIVersion string; Kind string }"));
        }

        if (KindMismatch(resource, root) is { } mismatch)
        {
            return Decoded.Failed(mismatch);
        }

        if (reader.TypeError is { } wrong)
        {
            return Decoded.Failed(CannotHandle(resource, resource.Kind, resource.Version, wrong));
        }

        return Judge(root, reader.StrictErrors, validation, words => CannotHandle(resource, resource.Kind, resource.Version, words)) with
        {
            ManagedFields = Copy(json, reader.ManagedFields),
        };
    }

    /// <summary>Decodes what a patch made of the current object. Unknown fields that the object has already are no news.</summary>
    /// <param name="resource">The kind.</param>
    /// <param name="document">What the patch made.</param>
    /// <param name="before">The object's document.</param>
    /// <param name="strictErrors">What is wrong with the patch itself: fields that are there twice; null for nothing.</param>
    /// <param name="validation">What to do with unknown and duplicate fields.</param>
    public static Decoded DecodePatched(
        ResourceDescriptor resource, JsonNode? document, ReadOnlySpan<byte> before, List<string>? strictErrors, FieldValidation validation)
    {
        var json = document is null ? "null"u8 : JsonTree.Write(document);
        var schema = SchemaCatalog.For(resource);
        var reader = new SchemaReader(json);
        var root = reader.Read(schema);
        if (root is null)
        {
            return Decoded.Failed(BadPatch(json, "json: cannot unmarshal into an object"));
        }

        if (KindMismatch(resource, root) is { } mismatch)
        {
            return Decoded.Failed(mismatch);
        }

        if (reader.TypeError is { } wrong)
        {
            return Decoded.Failed(BadPatch(json, wrong));
        }

        var news = reader.StrictErrors;
        if (news is not null)
        {
            var known = new SchemaReader(before);
            known.Read(schema);
            if (known.StrictErrors is { } old)
            {
                news.RemoveAll(old.Contains);
            }
        }

        List<string> all = [.. strictErrors ?? [], .. news ?? []];
        return Judge(root, all, validation, words => BadPatch(JsonTree.Write(document!), words)) with { ManagedFields = Copy(json, reader.ManagedFields) };
    }

    private static ReadOnlyMemory<byte> Copy(ReadOnlySpan<byte> json, Range part) => json[part].ToArray();

    private static Decoded Judge(JsonObject root, List<string>? strictErrors, FieldValidation validation, Func<string, ApiStatus> refuse)
    {
        if (strictErrors is not { Count: > 0 } || validation == FieldValidation.Ignore)
        {
            return new Decoded(root, null, []);
        }

        return validation == FieldValidation.Strict
            ? Decoded.Failed(refuse($"strict decoding error: {string.Join(", ", strictErrors)}"))
            : new Decoded(root, null, strictErrors.ToImmutableArray());
    }

    private static ApiStatus? KindMismatch(ResourceDescriptor resource, JsonObject root)
    {
        var kind = root.Text("kind") ?? "";
        var apiVersion = root.Text("apiVersion") ?? "";
        if (kind.Length == 0)
        {
            root["kind"] = kind = resource.Kind;
        }

        if (apiVersion.Length == 0)
        {
            root["apiVersion"] = apiVersion = resource.ApiVersion;
        }

        if (kind == resource.Kind && apiVersion == resource.ApiVersion)
        {
            return null;
        }

        var version = apiVersion[(apiVersion.IndexOf('/', StringComparison.Ordinal) + 1)..];
        var why = ResourceCatalog.FindKind(apiVersion, kind) is null
            ? $"no kind \"{kind}\" is registered for version \"{apiVersion}\" in scheme \"pkg/api/legacyscheme/scheme.go:30\""
            : $"converting (v1.{kind}) to ({GoPackage(resource)}.{resource.Kind}): unknown conversion";
        return CannotHandle(resource, kind, version, why);
    }

    private static string GoPackage(ResourceDescriptor resource) =>
        resource.Group.Length == 0 ? "core" : resource.Group.Split('.')[0];

    private static ApiStatus CannotHandle(ResourceDescriptor resource, string kind, string version, string why) =>
        ApiStatus.BadRequest($"{kind} in version \"{version}\" cannot be handled as a {resource.Kind}: {why}");

    private static ApiStatus Unrecognized(ResourceDescriptor resource, ReadOnlySpan<byte> json, string why) =>
        ApiStatus.BadRequest(
            $"the object provided is unrecognized (must be of type {resource.Kind}): couldn't get version/kind; json parse error: {why} ({SyntaxWords.Summary(json)})");

    private static ApiStatus BadPatch(ReadOnlySpan<byte> json, string why)
    {
        var message = $"Invalid value: {GoWords.Quote(System.Text.Encoding.UTF8.GetString(json))}: {why}";
        return new ApiStatus(422, "Invalid", $" \"\" is invalid: patch: {message}")
        {
            Causes = [new StatusCause(CauseReasons.Invalid, message, "patch")],
        };
    }
}
