using System.Collections.Immutable;
using Grainhouse.Interfaces.Agents;
using Grainhouse.Interfaces.Objects;
using Orleans.Concurrency;

namespace Grainhouse.Interfaces.Grains;

/// <summary>A pod that a scheduler wants on a node.</summary>
/// <param name="Pod">The pod's key.</param>
/// <param name="Uid">The pod's uid: a later pod of the same name is another one.</param>
/// <param name="Revision">The revision of the picture that the proposal was made from: the ledger judges by no older one.</param>
[GenerateSerializer, Immutable, Alias("grainhouse.podclaim")]
public sealed record PodClaim([property: Id(0)] ObjectKey Pod, [property: Id(1)] string Uid, [property: Id(2)] long Revision);

/// <summary>What a node said to one claim.</summary>
/// <param name="Uid">The pod's uid.</param>
/// <param name="Bound">True: the pod is bound to the node, durably.</param>
/// <param name="Refusal">Why not, in the scheduler's words (<c>Insufficient cpu</c>); empty when bound.</param>
[GenerateSerializer, Immutable, Alias("grainhouse.podverdict")]
public sealed record PodVerdict([property: Id(0)] string Uid, [property: Id(1)] bool Bound, [property: Id(2)] string Refusal);

/// <summary>A node: the ledger of what is allocated on it, and the place where its agent and the cluster meet. Key: the node's name.</summary>
[Alias("grainhouse.nodegrain")]
public interface INodeGrain : IGrainWithStringKey
{
    /// <summary>Opens the agent's session and streams what the node should run: a snapshot, then changes.</summary>
    /// <remarks>A new session ends the one before it.</remarks>
    [AlwaysInterleave, Alias("attach")]
    IAsyncEnumerable<Immutable<NodeDirective>> AttachAsync(Immutable<Hello> hello, CancellationToken cancellationToken);

    /// <summary>Takes a report of the session's agent. Returns when all in it that must be durable is.</summary>
    /// <exception cref="MalformedReportException">It cannot be read; the session has been ended.</exception>
    /// <remarks>A report may be of hundreds of pods, so it may take longer than an ordinary call; so may admissions.</remarks>
    [AlwaysInterleave, Alias("report"), ResponseTimeout("00:00:15")]
    Task ReportAsync(string instance, Immutable<AgentReport> report);

    /// <summary>Admits pods to the node as far as they fit and binds them.</summary>
    [AlwaysInterleave, Alias("admit"), ResponseTimeout("00:00:15")]
    Task<ImmutableArray<PodVerdict>> AdmitAsync(ImmutableArray<PodClaim> claims);

    /// <summary>Asks the agent to open a tunnel. False: no agent is attached.</summary>
    [AlwaysInterleave, Alias("tunnel")]
    Task<bool> OpenTunnelAsync(Immutable<TunnelRequest> request);

    /// <summary>When the agent last gave a sign of life; null if it has not since the grain was activated.</summary>
    [AlwaysInterleave, Alias("heard")]
    Task<DateTimeOffset?> GetLastHeardAsync();

    /// <summary>The newest use that the agent reported; null if none is attached.</summary>
    [AlwaysInterleave, Alias("usage")]
    Task<Immutable<Heartbeat>?> GetUsageAsync();
}
