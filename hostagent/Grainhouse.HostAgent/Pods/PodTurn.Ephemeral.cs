using Grainhouse.HostAgent.Probes;
using k8s.Models;

namespace Grainhouse.HostAgent.Pods;

/// <summary>Containers that are added to a pod to look into it (<c>kubectl debug</c>).</summary>
internal sealed partial class PodTurn
{
    /// <summary>Also while an init container fails: that may be what is to be looked into.</summary>
    private void EnsureEphemeral()
    {
        for (var index = 0; index < state.Containers.Length; index++)
        {
            if (state.Containers[index].Role == ContainerRole.Ephemeral)
            {
                EnsureContainer(index);
            }
        }
    }

    private void TakeNewEphemeral(V1Pod pod)
    {
        foreach (var container in pod.Spec.EphemeralContainers ?? [])
        {
            if (IndexOf(container.Name) < 0)
            {
                Change(state with { Containers = state.Containers.Add(RecordOf(container)) });
            }
        }
    }

    private static ContainerRecord RecordOf(V1EphemeralContainer container) => new()
    {
        Spec = EphemeralSpec.ToContainer(container),
        Role = ContainerRole.Ephemeral,
        Target = container.TargetContainerName ?? "",
    };

    /// <summary>Whether a container has to wait until the one whose processes it is to see runs. The target's start steps the pod, so nothing needs to be woken.</summary>
    private bool LacksTarget(int index)
    {
        var container = state.Containers[index];
        if (container.Target.Length == 0 || (IndexOf(container.Target) is >= 0 and var target && state.Containers[target].IsRunning))
        {
            return false;
        }

        if (container.WaitingReason != NoTarget)
        {
            var message = $"unable to find target container \"{container.Target}\"";
            Set(index, container with { WaitingReason = NoTarget, WaitingMessage = message });
            Report(container, warning: true, "Failed", $"Error: {message}");
        }

        return true;
    }

    /// <summary>One that ran before the agent started has had its only run, also if the runtime has forgotten it.</summary>
    private void SkipForgottenEphemeral()
    {
        for (var index = 0; index < state.Containers.Length; index++)
        {
            var container = state.Containers[index];
            if (container is not { Role: ContainerRole.Ephemeral, RuntimeId: "" })
            {
                continue;
            }

            var known = (Pod.Status?.EphemeralContainerStatuses ?? []).FirstOrDefault(status => status.Name == container.Name);
            if (known?.State is { Running: not null } or { Terminated: not null })
            {
                Set(index, container with { Stage = ContainerStage.Exited, Ended = Remembered(known), ImageId = known.ImageID ?? "" });
            }
        }
    }

    private Termination Remembered(V1ContainerStatus known)
    {
        var id = known.ContainerID?[(known.ContainerID.IndexOf("://", StringComparison.Ordinal) + 3)..] ?? "";
        return known.State.Terminated is { } ended
            ? new Termination(ended.ExitCode, ended.Reason ?? "", ended.Message ?? "", Time(ended.StartedAt), Time(ended.FinishedAt), id)
            : new Termination(UnknownEnd, Unlocated, UnlocatedMessage, Time(known.State.Running.StartedAt), now, id);
    }

    private DateTimeOffset Time(DateTime? time) => time is { } known ? new DateTimeOffset(DateTime.SpecifyKind(known, DateTimeKind.Utc)) : now;

    private const string NoTarget = "CreateContainerError";
}
