namespace Grainhouse.Planning.Deployments;

/// <summary>The reasons of the Progressing condition, which kubectl reads.</summary>
internal static class ProgressReasons
{
    /// <summary>The condition's type.</summary>
    public const string Type = "Progressing";

    public const string Created = "NewReplicaSetCreated";
    public const string Found = "FoundNewReplicaSet";
    public const string Updated = "ReplicaSetUpdated";
    public const string Available = "NewReplicaSetAvailable";
    public const string TimedOut = "ProgressDeadlineExceeded";
    public const string Paused = "DeploymentPaused";
    public const string Resumed = "DeploymentResumed";
    public const string CreateError = "ReplicaSetCreateError";
}
