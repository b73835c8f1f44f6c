using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Grains;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning.Documents;
using Grainhouse.Planning.Objects.Decoding;

namespace Grainhouse.Planning.Nodes;

/// <summary>What a node's agent said of the node since it attached.</summary>
/// <param name="Status">core/v1 NodeStatus. Not changed by the reader.</param>
/// <param name="Labels">The labels that the agent puts on its node.</param>
public sealed record NodeSelfReport(JsonObject Status, ImmutableSortedDictionary<string, string> Labels)
{
    /// <summary>Reads a report.</summary>
    /// <param name="status">core/v1 NodeStatus as JSON.</param>
    /// <param name="labels">The labels that the agent puts on its node.</param>
    /// <remarks>
    /// The status is read as a write would read it: <c>1024Ki</c> is stored as <c>1Mi</c>, and a report that differed from what
    /// it became would be written again at every look.
    /// </remarks>
    public static NodeSelfReport Read(ReadOnlySpan<byte> status, ImmutableSortedDictionary<string, string> labels)
    {
        byte[] document = [.. "{\"status\":"u8, .. status, (byte)'}'];
        var decoded = DocumentDecoder.Decode(ResourceCatalog.Nodes, document, FieldValidation.Ignore).Document;
        var read = decoded.Object("status") ?? [];
        decoded.Remove("status");
        return new NodeSelfReport(read, labels);
    }
}
