using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Agents;
using Grainhouse.Interfaces.Objects;

namespace Grainhouse.Planning.Nodes;

/// <summary>What a node's agent said of the node since it attached.</summary>
/// <param name="Status">core/v1 NodeStatus. Not changed by the reader.</param>
/// <param name="Labels">The labels that the agent puts on its node.</param>
public sealed record NodeSelfReport(JsonObject Status, ImmutableSortedDictionary<string, string> Labels)
{
    /// <summary>Reads a report.</summary>
    /// <param name="status">core/v1 NodeStatus as JSON.</param>
    /// <param name="labels">The labels that the agent puts on its node.</param>
    /// <exception cref="MalformedReportException">The status cannot be read.</exception>
    public static NodeSelfReport Read(ReadOnlySpan<byte> status, ImmutableSortedDictionary<string, string> labels) =>
        new(ReportedStatus.Read(ResourceCatalog.Nodes, status), labels);
}
