using Grainhouse.HostAgent.Nodes;
using Grainhouse.Interfaces.Agents;

namespace Grainhouse.HostAgent.Cluster;

/// <summary>The node behind a connection.</summary>
internal interface IAgentNode
{
    /// <summary>What the cluster has yet to be told.</summary>
    ReportOutbox Outbox { get; }

    /// <summary>The pods.</summary>
    NodePods Pods { get; }

    /// <summary>Does what a directive says; returns once it is kept and under way.</summary>
    Task ApplyAsync(NodeDirective directive, CancellationToken cancellationToken);

    /// <summary>The node as it is.</summary>
    Task<NodeReport> DescribeAsync(CancellationToken cancellationToken);

    /// <summary>What the node and its pods use.</summary>
    Task<Heartbeat> MeasureAsync(CancellationToken cancellationToken);
}
