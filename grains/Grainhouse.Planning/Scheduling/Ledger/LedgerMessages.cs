using System.Collections.Immutable;
using Grainhouse.Interfaces.Grains;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Interfaces.Storage;

namespace Grainhouse.Planning.Scheduling;

/// <summary>A claim with the pod as the grain knows it, at least as new as the claim's revision.</summary>
/// <param name="Claim">What was asked.</param>
/// <param name="Pod">The pod; null if there is none of that name.</param>
public readonly record struct LedgerClaim(PodClaim Claim, KubeObject? Pod);

/// <summary>What to do about a claim.</summary>
public enum ClaimDecision
{
    /// <summary>It is not admitted; the verdict says why.</summary>
    Refused = 0,

    /// <summary>Bind the pod, once the fence is committed; then tell <see cref="NodeLedger.Settled"/>.</summary>
    Bind = 1,

    /// <summary>The pod is bound to this node already.</summary>
    AlreadyBound = 2,
}

/// <summary>The ledger's word on one claim.</summary>
/// <param name="Pod">The pod's key.</param>
/// <param name="Uid">The pod's uid.</param>
/// <param name="Decision">What to do.</param>
/// <param name="Refusal">Why not, in the scheduler's words; empty unless refused.</param>
public readonly record struct ClaimVerdict(ObjectKey Pod, string Uid, ClaimDecision Decision, string Refusal);

/// <summary>The ledger's word on a batch of claims.</summary>
/// <param name="Verdicts">One for each claim, in order.</param>
/// <param name="Fence">
/// To be committed before any pod is bound, and answered with <see cref="NodeLedger.Confirm"/> or
/// <see cref="NodeLedger.Rollback"/>; null if nothing new was admitted.
/// </param>
public sealed record Admission(ImmutableArray<ClaimVerdict> Verdicts, StoreWrite? Fence);

/// <summary>A pod that names this node but does not fit: it is to fail, as a kubelet fails it.</summary>
/// <param name="Pod">The pod's key.</param>
/// <param name="Uid">The pod's uid.</param>
/// <param name="Revision">The revision that was looked at.</param>
/// <param name="Reason"><c>status.reason</c>: <c>OutOfcpu</c>, <c>OutOfmemory</c>, <c>OutOfpods</c>, <c>NodePorts</c>, <c>NodeAffinity</c>.</param>
/// <param name="Message"><c>status.message</c>.</param>
public sealed record PodRejection(ObjectKey Pod, string Uid, long Revision, string Reason, string Message);

/// <summary>What is left to do after an activation.</summary>
/// <param name="ToBind">Pods that were admitted before; bind them, then tell <see cref="NodeLedger.Settled"/>.</param>
/// <param name="Rejected">Pods that name the node but do not fit.</param>
public sealed record LedgerStart(ImmutableArray<PodClaim> ToBind, ImmutableArray<PodRejection> Rejected);
