using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Nodes;
using Grainhouse.Grains.Events;
using Grainhouse.Interfaces.Grains;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning;
using Grainhouse.Planning.Scheduling;

namespace Grainhouse.Grains.Scheduling;

/// <summary>Tells users what became of their pods: the PodScheduled condition, and events.</summary>
internal sealed class PodConditions(IGrainFactory grains, EventRecorder events, TimeProvider clock)
{
    private const string Component = SchedulerOptions.DefaultName;

    private static readonly WriteOptions Status = new() { Subresource = "status", FieldValidation = FieldValidation.Ignore };

    /// <summary>Says that a pod has its node. The binding itself wrote the condition.</summary>
    public void TellBound(Placement placement) =>
        events.Record(new EventDraft(placement.Pod, placement.Uid, "", Component, "Normal", "Scheduled", $"Successfully assigned {placement.Pod.Namespace}/{placement.Pod.Name} to {placement.Node}"));

    /// <summary>Says why pods have none.</summary>
    public Task TellAsync(ImmutableArray<SchedulingFailure> failures) => Task.WhenAll(failures.Select(TellAsync));

    private async Task TellAsync(SchedulingFailure failure)
    {
        var patch = new JsonObject
        {
            ["metadata"] = new JsonObject { ["uid"] = failure.Uid },
            ["status"] = new JsonObject
            {
                ["conditions"] = new JsonArray(new JsonObject
                {
                    ["type"] = "PodScheduled",
                    ["status"] = "False",
                    ["reason"] = failure.Reason,
                    ["message"] = failure.Message,
                    ["lastProbeTime"] = null,
                    ["lastTransitionTime"] = clock.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'"),
                }),
            },
        };

        // A refusal means that the pod is gone or is another one now: then nobody waits for these words.
        var result = await grains.GetGrain<IObjectGrain>(failure.Pod.ToString())
            .PatchAsync(PatchType.StrategicMerge, Encoding.UTF8.GetBytes(patch.ToJsonString()), Status);
        if (result.Error is null && failure.Reason == SchedulingFailure.Unschedulable)
        {
            events.Record(new EventDraft(failure.Pod, failure.Uid, "", Component, "Warning", "FailedScheduling", failure.Message));
        }
    }
}
