using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Agents;
using Grainhouse.Interfaces.Grains;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning.Documents;
using Grainhouse.Planning.Objects.Decoding;

namespace Grainhouse.Planning.Nodes;

/// <summary>Reads the status of an object as its agent reports it.</summary>
public static class ReportedStatus
{
    /// <summary>Reads a status as a write would read it.</summary>
    /// <param name="kind">The object's kind.</param>
    /// <param name="json">core/v1 NodeStatus or PodStatus.</param>
    /// <remarks><c>1024Ki</c> is stored as <c>1Mi</c>; a report that differed from what it became would be written again at every look.</remarks>
    /// <exception cref="MalformedReportException">It is not JSON, or a member has the wrong type.</exception>
    public static JsonObject Read(ResourceDescriptor kind, ReadOnlySpan<byte> json)
    {
        byte[] document = [.. "{\"status\":"u8, .. json, (byte)'}'];
        var decoded = DocumentDecoder.Decode(kind, document, FieldValidation.Ignore);
        if (decoded.Error is { } error)
        {
            throw new MalformedReportException($"the reported status cannot be read: {error.Message}");
        }

        var status = decoded.Document.Object("status");
        decoded.Document.Remove("status");
        return status ?? [];
    }
}
