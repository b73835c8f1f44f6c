using Grainhouse.Planning.Documents;

namespace Grainhouse.Planning.Deployments;

/// <summary>Rolls a Deployment's template out over ReplicaSets, as upstream's deployment controller does.</summary>
/// <remarks>
/// It takes one step, not the whole path: the changes that a step makes wake it for the next. What <c>kubectl rollout</c>
/// reads (revisions, conditions, counts) is upstream's to the letter.
/// </remarks>
public static class DeploymentReconciler
{
    /// <summary>Decides what to do now.</summary>
    public static ReconcilePlan Decide(DeploymentInput input)
    {
        var rollout = new Rollout(input);
        if (rollout.Spec.Selector.SelectsEverything)
        {
            // Would take over every ReplicaSet of the namespace. Validation refuses it; an object from elsewhere may have it.
            return ReconcilePlan.Nothing;
        }

        var leaving = input.Deployment.Header.DeletionTimestamp is not null;
        var rolling = false;
        if (!leaving)
        {
            DeploymentConditions.SetPaused(rollout);
            NewReplicaSet.Sync(rollout);
            rolling = !rollout.Spec.Paused && !ProportionalScaling.IsNeeded(rollout);
            Step(rollout, rolling);
        }

        var counts = DeploymentStatus.Count(rollout);
        DeploymentConditions.SetAvailable(rollout, counts);
        var deadline = rolling ? DeploymentConditions.SetProgress(rollout, counts) : null;
        if (rolling)
        {
            DeploymentConditions.SetFailure(rollout);
        }

        var retryAt = rolling && rollout.New is null && input.Failure?.RetryAt is { } retry && retry > input.Now ? retry : (DateTimeOffset?)null;
        return new ReconcilePlan(
            [.. rollout.Actions(), .. leaving ? [] : ReplicaSetClaims.Releases(input, rollout.Spec), .. Write(rollout, counts)],
            retryAt is null || deadline < retryAt ? deadline : retryAt);
    }

    private static void Step(Rollout rollout, bool rolling)
    {
        if (!rolling)
        {
            ProportionalScaling.Apply(rollout);
        }
        else if (rollout.Spec.Recreate)
        {
            Recreate.Step(rollout);
        }
        else if (rollout.New is not null || NewReplicaSet.Create(rollout))
        {
            RollingUpdate.Step(rollout);
        }

        var status = rollout.Status;
        var complete = status.ObservedGeneration >= rollout.Deployment.Header.Generation && DeploymentConditions.IsComplete(rollout, status.Stored);
        if (rolling ? complete : rollout.Spec.Paused)
        {
            RevisionHistory.CleanUp(rollout);
        }
    }

    /// <summary>The write of the Deployment itself: its status and, in it or alone, the revision that its template is.</summary>
    private static IEnumerable<ReconcileAction> Write(Rollout rollout, DeploymentCounts counts)
    {
        var deployment = rollout.Deployment;
        var revised = false;
        if (rollout.New?.Annotation(DeploymentAnnotations.Revision) is { } revision
            && deployment.Header.Annotations.GetValueOrDefault(DeploymentAnnotations.Revision) != revision
            && deployment.Header.DeletionTimestamp is null)
        {
            rollout.Document.Child("metadata").Child("annotations")[DeploymentAnnotations.Revision] = revision;
            revised = true;
        }

        if (rollout.Status.Changed(counts, deployment.Header.Generation) is { } status)
        {
            // A status write carries annotations along; where it does not, the next look finds the revision missing and writes it alone.
            rollout.Document["status"] = status;
            yield return new ReconcileAction.Replace(deployment.Key, deployment.Revision, rollout.Document, "status");
        }
        else if (revised)
        {
            yield return new ReconcileAction.Replace(deployment.Key, deployment.Revision, rollout.Document);
        }
    }
}
