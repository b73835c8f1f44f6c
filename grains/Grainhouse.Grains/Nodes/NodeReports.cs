using System.Text.Json.Nodes;
using Grainhouse.Grains.Events;
using Grainhouse.Grains.Reconciling;
using Grainhouse.Interfaces.Agents;
using Grainhouse.Interfaces.Grains;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Interfaces.Storage;
using Grainhouse.Planning;
using Grainhouse.Planning.Nodes;
using Grainhouse.Planning.Pods;

namespace Grainhouse.Grains.Nodes;

/// <summary>Turns an agent's reports into the state of its pods, and into events.</summary>
internal sealed class NodeReports(string node, IObjectCache cache, IGrainFactory grains, PlanExecutor executor, EventRecorder events, TimeProvider clock)
{
    private const int MostTries = 5;

    /// <summary>Writes the reported status of pods, and lets deleted ones vanish that have ended. Returns when all is durable.</summary>
    /// <returns>Whether everything could be written; if not, the agent is to report again.</returns>
    /// <remarks>
    /// Agents that come from a silo that died report all that they have, and nearly all of it is known: what the cache shows needs
    /// no grain. A complete report is compared with a cache that has caught up, or it might agree with what has been replaced.
    /// </remarks>
    public async Task<bool> TakePodsAsync(PodReports reports)
    {
        var written = await Task.WhenAll(reports.Pods.Where(report => !reports.Complete || !IsKnown(report)).Select(TakePodAsync));
        return written.All(done => done);
    }

    /// <summary>Passes the agent's events on.</summary>
    public void TakeEvents(EventReports reports)
    {
        foreach (var report in reports.Events)
        {
            var about = report.PodUid.Length == 0
                ? ResourceCatalog.Nodes.Key(null, node)
                : ResourceCatalog.Pods.Key(report.Namespace, report.Name);
            events.Record(new EventDraft(about, report.PodUid.Length == 0 ? node : report.PodUid, report.FieldPath, "kubelet", report.Type, report.Reason, report.Message) { Host = node });
        }
    }

    private bool IsKnown(PodReport report) =>
        cache.Get(KeyOf(report)) is { } pod
        && !(report.Finished && pod.Header.DeletionTimestamp is not null)
        && PodStatusMerge.Merge(pod, report.Uid, StatusOf(report), clock.GetUtcNow()) is PodStatusOutcome.Unchanged;

    private static ObjectKey KeyOf(PodReport report) => ResourceCatalog.Pods.Key(report.Namespace, report.Name);

    private static JsonObject StatusOf(PodReport report) => ReportedStatus.Read(ResourceCatalog.Pods, report.Status.Span);

    private async Task<bool> TakePodAsync(PodReport report)
    {
        var key = KeyOf(report);
        var pod = grains.GetGrain<IObjectGrain>(key.ToString());
        var reported = StatusOf(report);
        for (var tries = 0; tries < MostTries; tries++)
        {
            var stored = Newest(await pod.GetAsync(), cache.Get(key));
            if (stored is null || stored.Header.Uid != report.Uid)
            {
                return true;
            }

            if (report.Finished && stored.Header.DeletionTimestamp is not null)
            {
                var gone = await pod.DeleteAsync(new DeletionOptions { GracePeriodSeconds = 0, Uid = report.Uid });
                if (gone.Error is null or { Reason: "NotFound" })
                {
                    return true;
                }

                // A conflict is not the end of it: the grain looked at a state that another activation has replaced.
                continue;
            }

            if (PodStatusMerge.Merge(stored, report.Uid, reported, clock.GetUtcNow()) is not PodStatusOutcome.Write write)
            {
                return true;
            }

            if (!(await executor.CarryOutAsync(new ReconcilePlan([write.Action]))).Retry)
            {
                return true;
            }
        }

        return false;
    }

    // Should the pod have two activations for a moment, the one that answers may not know what the other wrote: what is taken for
    // known must hold of all that this silo has seen.
    private static KubeObject? Newest(KubeObject? stored, KubeObject? seen) =>
        stored is not null && seen is not null && seen.Header.Uid == stored.Header.Uid && seen.Revision > stored.Revision ? seen : stored;
}
