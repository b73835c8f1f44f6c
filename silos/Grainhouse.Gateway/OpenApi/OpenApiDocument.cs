using System.Buffers;
using System.Text.Json;
using Grainhouse.Gateway.Discovery;
using Grainhouse.Gateway.Responses;

namespace Grainhouse.Gateway.OpenApi;

/// <summary>Writes OpenAPI documents: version 3 for one group and version, version 2 for all of them.</summary>
internal static class OpenApiDocument
{
    private static readonly string[] PatchTypes =
        ["application/json-patch+json", "application/merge-patch+json", "application/strategic-merge-patch+json", "application/apply-patch+yaml"];

    private static readonly string[] Json = ["application/json"];
    private static readonly string[] Bodies = ["application/json", "application/yaml"];

    /// <summary>OpenAPI 3.0 of one group and version.</summary>
    public static byte[] Version3(ApiGroupVersion group) => Write(json =>
    {
        json.WriteString("openapi"u8, "3.0.0"u8);
        WriteInfo(json);
        var schemas = new SchemaWriter(json, "#/components/schemas/", wrapped: true);
        json.WriteStartObject("paths"u8);
        foreach (var path in ApiOperations.Of(group.Group, group.Version))
        {
            WritePath(json, path, schemas, version3: true);
        }

        json.WriteEndObject();
        json.WriteStartObject("components"u8);
        json.WriteStartObject("schemas"u8);
        schemas.WriteAll();
        json.WriteEndObject();
        json.WriteEndObject();
    });

    /// <summary>OpenAPI 2.0 (Swagger) of everything.</summary>
    public static byte[] Version2() => Write(json =>
    {
        json.WriteString("swagger"u8, "2.0"u8);
        WriteInfo(json);
        var schemas = new SchemaWriter(json, "#/definitions/", wrapped: false);
        json.WriteStartObject("paths"u8);
        foreach (var path in ApiSurface.All.SelectMany(group => ApiOperations.Of(group.Group, group.Version)))
        {
            WritePath(json, path, schemas, version3: false);
        }

        json.WriteEndObject();
        json.WriteStartObject("definitions"u8);
        schemas.WriteAll();
        json.WriteEndObject();
    });

    private static byte[] Write(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>(256 * 1024);
        using (var json = new Utf8JsonWriter(buffer, JsonOutput.Options))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteInfo(Utf8JsonWriter json)
    {
        json.WriteStartObject("info"u8);
        json.WriteString("title"u8, "Kubernetes"u8);
        json.WriteString("version"u8, ServerVersion.GitVersion);
        json.WriteEndObject();
    }

    private static void WritePath(Utf8JsonWriter json, ApiPath path, SchemaWriter schemas, bool version3)
    {
        json.WriteStartObject(path.Path);
        foreach (var operation in path.Operations)
        {
            json.WriteStartObject(operation.Method);
            json.WriteString("operationId"u8, OperationId(path.Path, operation));
            if (!version3)
            {
                Strings(json, "consumes"u8, operation.Method == "patch" ? PatchTypes : Bodies);
                Strings(json, "produces"u8, Json);
            }

            WriteParameters(json, operation, schemas, version3);
            if (version3 && operation.Method is "post" or "put" or "patch")
            {
                WriteBody(json, operation, schemas);
            }

            WriteAnswer(json, operation, schemas, version3);
            json.WriteString("x-kubernetes-action"u8, operation.Action);
            json.WritePropertyName("x-kubernetes-group-version-kind"u8);
            SchemaWriter.WriteKind(json, operation.Group, operation.Version, operation.Kind);
            json.WriteEndObject();
        }

        json.WriteStartArray("parameters"u8);
        foreach (var parameter in path.Parameters)
        {
            WriteParameter(json, parameter, "path", "string", version3);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteParameters(Utf8JsonWriter json, ApiOperation operation, SchemaWriter schemas, bool version3)
    {
        json.WriteStartArray("parameters"u8);
        if (!version3 && operation.Method is "post" or "put" or "patch")
        {
            json.WriteStartObject();
            json.WriteString("in"u8, "body"u8);
            json.WriteString("name"u8, "body"u8);
            json.WriteBoolean("required"u8, true);
            WriteSchema(json, operation.Method == "patch" ? null : schemas.Reference(operation.Schema));
            json.WriteEndObject();
        }

        // What kubectl looks for, to learn whether the server checks fields and knows dry runs.
        if (operation.Method is "post" or "put" or "patch")
        {
            WriteParameter(json, "dryRun", "query", "string", version3);
            WriteParameter(json, "fieldManager", "query", "string", version3);
            WriteParameter(json, "fieldValidation", "query", "string", version3);
        }
        else if (operation.Method == "delete")
        {
            WriteParameter(json, "dryRun", "query", "string", version3);
            WriteParameter(json, "gracePeriodSeconds", "query", "integer", version3);
            WriteParameter(json, "propagationPolicy", "query", "string", version3);
        }

        if (operation.Method == "patch")
        {
            WriteParameter(json, "force", "query", "boolean", version3);
        }

        json.WriteEndArray();
    }

    private static void WriteParameter(Utf8JsonWriter json, string name, string place, string type, bool version3)
    {
        json.WriteStartObject();
        json.WriteString("name"u8, name);
        json.WriteString("in"u8, place);
        if (place == "path")
        {
            json.WriteBoolean("required"u8, true);
        }

        if (version3)
        {
            json.WriteStartObject("schema"u8);
        }

        json.WriteString("type"u8, type);
        json.WriteBoolean("uniqueItems"u8, true);
        if (version3)
        {
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void WriteBody(Utf8JsonWriter json, ApiOperation operation, SchemaWriter schemas)
    {
        var patch = operation.Method == "patch";
        json.WriteStartObject("requestBody"u8);
        json.WriteStartObject("content"u8);
        foreach (var type in patch ? PatchTypes : Bodies)
        {
            json.WriteStartObject(type);
            WriteSchema(json, patch ? null : schemas.Reference(operation.Schema));
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteBoolean("required"u8, true);
        json.WriteEndObject();
    }

    private static void WriteAnswer(Utf8JsonWriter json, ApiOperation operation, SchemaWriter schemas, bool version3)
    {
        json.WriteStartObject("responses"u8);
        json.WriteStartObject(operation.Action == "post" ? "201"u8 : "200"u8);
        json.WriteString("description"u8, "OK"u8);
        var reference = schemas.Reference(operation.Schema);
        if (version3)
        {
            json.WriteStartObject("content"u8);
            json.WriteStartObject("application/json"u8);
            WriteSchema(json, reference);
            json.WriteEndObject();
            json.WriteEndObject();
        }
        else
        {
            WriteSchema(json, reference);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteSchema(Utf8JsonWriter json, string? reference)
    {
        json.WriteStartObject("schema"u8);
        if (reference is null)
        {
            json.WriteString("type"u8, "object"u8);
        }
        else
        {
            json.WriteString("$ref"u8, reference);
        }

        json.WriteEndObject();
    }

    private static void Strings(Utf8JsonWriter json, ReadOnlySpan<byte> name, string[] values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
        {
            json.WriteStringValue(value);
        }

        json.WriteEndArray();
    }

    // Unique by construction: the action and the path without what is punctuation in it.
    private static string OperationId(string path, ApiOperation operation) =>
        operation.Action + string.Concat(path.Split(['/', '.', '-', '{', '}'], StringSplitOptions.RemoveEmptyEntries)
            .Select(part => char.ToUpperInvariant(part[0]) + part[1..]));
}
