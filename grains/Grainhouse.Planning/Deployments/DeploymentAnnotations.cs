namespace Grainhouse.Planning.Deployments;

/// <summary>The annotations by which Deployments and their ReplicaSets remember a rollout; kubectl reads them.</summary>
internal static class DeploymentAnnotations
{
    /// <summary>The revision that a ReplicaSet (or a Deployment's template) is.</summary>
    public const string Revision = "deployment.kubernetes.io/revision";

    /// <summary>The revisions that a ReplicaSet was before, with commas.</summary>
    public const string RevisionHistory = "deployment.kubernetes.io/revision-history";

    /// <summary>The Deployment's replicas when it last sized the ReplicaSet.</summary>
    public const string DesiredReplicas = "deployment.kubernetes.io/desired-replicas";

    /// <summary>That and the surge.</summary>
    public const string MaxReplicas = "deployment.kubernetes.io/max-replicas";

    /// <summary>Upstream's bound of the history annotation.</summary>
    public const int MaxHistoryLength = 2000;

    private const string LastApplied = "kubectl.kubernetes.io/last-applied-configuration";
    private const string RollbackTo = "deprecated.deployment.rollback.to";

    /// <summary>Whether a Deployment's annotation (as <c>kubernetes.io/change-cause</c>) is passed on to its ReplicaSet.</summary>
    public static bool IsPassedOn(string name) =>
        name is not (Revision or RevisionHistory or DesiredReplicas or MaxReplicas or LastApplied or RollbackTo);
}
