using System.Buffers;
using System.Text.Json;
using Grainhouse.Interfaces.Objects;

namespace Grainhouse.Gateway.Responses;

/// <summary>meta/v1 Status documents.</summary>
internal static class StatusDocument
{
    /// <summary>Writes the Status of a failure.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="status">The failure.</param>
    /// <param name="continueToken">A fresh token that Expired offers; empty leaves it out.</param>
    public static void WriteFailure(IBufferWriter<byte> output, ApiStatus status, string continueToken = "")
    {
        using var json = new Utf8JsonWriter(output, JsonOutput.Options);
        Begin(json, continueToken);
        json.WriteString("status"u8, "Failure"u8);
        json.WriteString("message"u8, status.Message);
        WriteIfAny(json, "reason"u8, status.Reason);
        WriteDetails(json, status);
        json.WriteNumber("code"u8, status.Code);
        json.WriteEndObject();
    }

    /// <summary>Writes the Status of a completed deletion.</summary>
    public static void WriteDeleted(IBufferWriter<byte> output, ResourceDescriptor resource, string name, string uid)
    {
        using var json = new Utf8JsonWriter(output, JsonOutput.Options);
        Begin(json, "");
        json.WriteString("status"u8, "Success"u8);
        json.WriteStartObject("details"u8);
        json.WriteString("name"u8, name);
        WriteIfAny(json, "group"u8, resource.Group);
        json.WriteString("kind"u8, resource.Plural);
        WriteIfAny(json, "uid"u8, uid);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>Writes the Status of a success that has no object to show.</summary>
    public static void WriteSuccess(IBufferWriter<byte> output, int code)
    {
        using var json = new Utf8JsonWriter(output, JsonOutput.Options);
        Begin(json, "");
        json.WriteString("status"u8, "Success"u8);
        json.WriteNumber("code"u8, code);
        json.WriteEndObject();
    }

    private static void Begin(Utf8JsonWriter json, string continueToken)
    {
        json.WriteStartObject();
        json.WriteString("kind"u8, "Status"u8);
        json.WriteString("apiVersion"u8, "v1"u8);
        json.WriteStartObject("metadata"u8);
        WriteIfAny(json, "continue"u8, continueToken);
        json.WriteEndObject();
    }

    private static void WriteDetails(Utf8JsonWriter json, ApiStatus status)
    {
        if (status is { Name: "", Group: "", Kind: "", Uid: "", Causes.Length: 0, RetryAfterSeconds: 0 })
        {
            return;
        }

        json.WriteStartObject("details"u8);
        WriteIfAny(json, "name"u8, status.Name);
        WriteIfAny(json, "group"u8, status.Group);
        WriteIfAny(json, "kind"u8, status.Kind);
        WriteIfAny(json, "uid"u8, status.Uid);
        if (status.Causes.Length > 0)
        {
            json.WriteStartArray("causes"u8);
            foreach (var cause in status.Causes)
            {
                json.WriteStartObject();
                json.WriteString("reason"u8, cause.Reason);
                json.WriteString("message"u8, cause.Message);
                WriteIfAny(json, "field"u8, cause.Field);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        if (status.RetryAfterSeconds > 0)
        {
            json.WriteNumber("retryAfterSeconds"u8, status.RetryAfterSeconds);
        }

        json.WriteEndObject();
    }

    private static void WriteIfAny(Utf8JsonWriter json, ReadOnlySpan<byte> name, string value)
    {
        if (value.Length > 0)
        {
            json.WriteString(name, value);
        }
    }
}
