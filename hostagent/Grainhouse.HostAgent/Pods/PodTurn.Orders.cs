using System.Collections.Immutable;
using k8s.Models;

namespace Grainhouse.HostAgent.Pods;

/// <summary>What the cluster orders.</summary>
internal sealed partial class PodTurn
{
    /// <summary>The grace of a pod that the cluster does not know any more: kubelet's least.</summary>
    private static readonly TimeSpan UnwantedGrace = TimeSpan.FromSeconds(1);

    private void TakeOrder(PodInput.Ordered order)
    {
        if (state.Pod is not null && order.Revision < state.Revision)
        {
            return;
        }

        var isFirst = state.Pod is null;
        var isNews = isFirst || order.Revision > state.Revision;
        state = state with { Objects = order.Objects };
        if (!isNews)
        {
            return;
        }

        Change(state with { Pod = order.Pod, Revision = order.Revision });
        if (isFirst)
        {
            TakeFirstOrder(order.Pod);
        }
        else
        {
            TakeChangedSpecs(order.Pod);
            TakeNewEphemeral(order.Pod);
            state = state with { VolumesStale = order.Pod.Spec.Volumes is { Count: > 0 } };
            ObjectsMayHelp();
        }

        if (order.Pod.Metadata.DeletionTimestamp is not null)
        {
            var grace = order.Pod.Metadata.DeletionGracePeriodSeconds ?? order.Pod.Spec.TerminationGracePeriodSeconds ?? 30;
            StopWithin(TimeSpan.FromSeconds(Math.Max(0, grace)));
        }
    }

    private void TakeFirstOrder(V1Pod pod)
    {
        var containers = ImmutableArray.CreateBuilder<ContainerRecord>();
        foreach (var container in pod.Spec.InitContainers ?? [])
        {
            var role = container.RestartPolicy == "Always" ? ContainerRole.Sidecar : ContainerRole.Init;
            containers.Add(new ContainerRecord { Spec = container, Role = role });
        }

        foreach (var container in pod.Spec.Containers)
        {
            containers.Add(new ContainerRecord { Spec = container, Role = ContainerRole.Main });
        }

        state = state with
        {
            Containers = containers.ToImmutable(),
            Phase = PodPhases.Parse(pod.Status?.Phase),
            Reason = pod.Status?.Reason ?? "",
            Message = pod.Status?.Message ?? "",
            StartedAt = Time(pod.Status?.StartTime),
            Conditions = PodConditions.Remembered(pod),
        };
        TakeNewEphemeral(pod);
        AdoptFound();
    }

    private void TakeChangedSpecs(V1Pod pod)
    {
        for (var index = 0; index < state.Containers.Length; index++)
        {
            var container = state.Containers[index];
            if (container.Role == ContainerRole.Ephemeral)
            {
                continue;
            }

            var specs = container.Role == ContainerRole.Main ? pod.Spec.Containers : pod.Spec.InitContainers ?? [];
            if (specs.FirstOrDefault(spec => spec.Name == container.Name) is not { } spec)
            {
                continue;
            }

            var imageChanged = spec.Image != container.Spec.Image;
            Set(index, container with { Spec = spec, ImageReady = container.ImageReady && !imageChanged });
            if (imageChanged && container.Stage == ContainerStage.Running && container.Role != ContainerRole.Init)
            {
                BeginStop(index, Grace(), $"Container {container.Name} definition changed, will be restarted", restart: true);
            }
            else if (imageChanged && container.Stage <= ContainerStage.PullingImage)
            {
                Set(index, state.Containers[index] with { Stage = ContainerStage.Waiting, RetryAt = default, WaitingReason = "", WaitingMessage = "", PullBackOff = default });
            }
        }
    }

    private void TakeObjects(ImmutableDictionary<ConfigName, ConfigData> objects)
    {
        state = state with { Objects = objects, VolumesStale = state.Pod?.Spec.Volumes is { Count: > 0 } };
        ObjectsMayHelp();
    }

    private void ObjectsMayHelp()
    {
        if (state.Volumes is { Stage: PartStage.Absent, Failures: > 0 })
        {
            state = state with { Volumes = state.Volumes with { RetryAt = now } };
        }

        for (var index = 0; index < state.Containers.Length; index++)
        {
            if (state.Containers[index] is { NeedsObjects: true } container)
            {
                Set(index, container with { NeedsObjects = false });
            }
        }
    }

    private void TakeNotWanted()
    {
        Change(state with { Unwanted = true });
        AdoptFound();
        StopWithin(UnwantedGrace);
    }

    private void AdoptFound()
    {
        if (state.Found is { } found)
        {
            state = state with { Found = null };
            Adopt(found);
        }
    }

    private void StopWithin(TimeSpan grace)
    {
        var stopBy = now + grace;
        if (state.StopBy is null)
        {
            Change(state with { StopBy = stopBy });
            CancelWork();
        }
        else if (stopBy < state.StopBy)
        {
            Change(state with { StopBy = stopBy });
        }
    }
}
