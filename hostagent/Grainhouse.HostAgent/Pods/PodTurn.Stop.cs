using Grainhouse.HostAgent.Probes;
using k8s.Models;

namespace Grainhouse.HostAgent.Pods;

/// <summary>Stopping containers, and the whole pod.</summary>
internal sealed partial class PodTurn
{
    /// <summary>What a container keeps of its grace period after a preStop hook took all of it (kubelet: minimumGracePeriodInSeconds).</summary>
    private static readonly TimeSpan LeastGrace = TimeSpan.FromSeconds(2);

    private TimeSpan Grace() => GracePeriod.Of(Pod);

    private void Stop()
    {
        if (StopAll(state.StopBy!.Value))
        {
            return;
        }

        switch (state.Sandbox.Stage)
        {
            case PartStage.Preparing:
                return;
            case PartStage.Ready:
            case PartStage.Removing when state.Sandbox.Failures > 0:
                RemoveSandbox();
                return;
            case PartStage.Removing:
                return;
        }

        if (state.Volumes.Stage == PartStage.Preparing)
        {
            return;
        }

        JudgePhase();
        if (state.Files == PartStage.Ready && state.Facts.HasFiles)
        {
            Change(state with { Files = PartStage.Removing });
            actions.Add(new PodAction.RemoveFiles());
        }
        else if (state.Files == PartStage.Removed || !state.Facts.HasFiles)
        {
            Change(state with { Files = PartStage.Removed, Finished = true });
            wakeAt = null;
        }
    }

    /// <summary>Stops what runs, sidecars last; whether anything still lives.</summary>
    private bool StopAll(DateTimeOffset? stopBy)
    {
        var mainLives = false;
        var lives = false;
        for (var index = 0; index < state.Containers.Length; index++)
        {
            var container = state.Containers[index];
            lives |= container.IsLive;
            mainLives |= container.IsLive && container.Role != ContainerRole.Sidecar;
        }

        for (var index = 0; index < state.Containers.Length; index++)
        {
            if (state.Containers[index].Role != ContainerRole.Sidecar || !mainLives)
            {
                StopOne(index, stopBy);
            }
        }

        return lives;
    }

    private void StopOne(int index, DateTimeOffset? stopBy)
    {
        var container = state.Containers[index];
        switch (container.Stage)
        {
            case ContainerStage.Running:
                var grace = stopBy is { } end ? Remaining(end) : Grace();
                BeginStop(index, grace, $"Stopping container {container.Name}", restart: false);
                break;
            case ContainerStage.PreStop when stopBy < container.StopDeadline:
                Set(index, container with { StopDeadline = stopBy.Value });
                break;
            case ContainerStage.Stopping when stopBy < container.StopDeadline:
                Set(index, container with { StopDeadline = stopBy.Value });
                actions.Add(new PodAction.StopContainer(container.RuntimeId, Remaining(stopBy.Value)));
                break;
        }

        KeepStopping(index);
    }

    private void BeginStop(int index, TimeSpan grace, string message, bool restart)
    {
        var container = state.Containers[index];
        Report(container, warning: false, "Killing", message);
        if (container.Spec.Lifecycle?.PreStop is { } hook && grace > TimeSpan.Zero)
        {
            Set(index, container with { Stage = ContainerStage.PreStop, StopDeadline = now + grace, RestartWanted = restart });
            var target = ProbeTargets.Of(container.Spec, hook, state.ProbeAddress);
            actions.Add(new PodAction.RunHook(container.RuntimeId, HookKind.PreStop, target, grace));
            EndOverduePreStop(index);
            return;
        }

        Set(index, container with { Stage = ContainerStage.Stopping, StopDeadline = now + grace, RestartWanted = restart });
        actions.Add(new PodAction.StopContainer(container.RuntimeId, grace));
    }

    /// <summary>Sees to a stop that has begun: its hook may take too long, the runtime may have refused.</summary>
    private void KeepStopping(int index)
    {
        EndOverduePreStop(index);
        if (state.Containers[index] is not { Stage: ContainerStage.Stopping } container || container.RetryAt == default)
        {
            return;
        }

        if (now < container.RetryAt)
        {
            WakeBy(container.RetryAt);
            return;
        }

        Set(index, container with { RetryAt = default });
        actions.Add(new PodAction.StopContainer(container.RuntimeId, Remaining(container.StopDeadline)));
    }

    private void EndOverduePreStop(int index)
    {
        if (state.Containers[index] is not { Stage: ContainerStage.PreStop } container)
        {
            return;
        }

        if (now < container.StopDeadline)
        {
            WakeBy(container.StopDeadline);
            return;
        }

        StopAfterHook(index);
    }

    private void StopAfterHook(int index)
    {
        var container = state.Containers[index];
        var rest = Remaining(container.StopDeadline);
        Set(index, container with { Stage = ContainerStage.Stopping });
        actions.Add(new PodAction.StopContainer(container.RuntimeId, rest < LeastGrace ? LeastGrace : rest));
    }

    private TimeSpan Remaining(DateTimeOffset deadline) => deadline > now ? deadline - now : TimeSpan.Zero;

    private void TakeStopFailed(PodInput.StopFailed failed)
    {
        var index = IndexOfId(failed.ContainerId);
        if (index >= 0 && state.Containers[index] is { Stage: ContainerStage.Stopping } container)
        {
            Report(container, warning: true, "FailedKillPod", $"error killing pod: {failed.Message}");
            Set(index, container with { RetryAt = now + TimeSpan.FromSeconds(1) });
        }
    }

    private void TakeHook(PodInput.HookDone done)
    {
        var index = IndexOfId(done.ContainerId);
        if (index < 0)
        {
            return;
        }

        var container = state.Containers[index];
        if (done.Kind == HookKind.PreStop && container.Stage == ContainerStage.PreStop)
        {
            if (done.Error.Length > 0)
            {
                Report(container, warning: true, "FailedPreStopHook", "PreStopHook failed");
            }

            StopAfterHook(index);
        }
        else if (done.Kind == HookKind.PostStart && container.PostStartRunning)
        {
            Set(index, container with { PostStartRunning = false });
            if (done.Error.Length > 0 && container.Stage == ContainerStage.Running)
            {
                Report(container, warning: true, "FailedPostStartHook", "PostStartHook failed");
                BeginStop(index, Grace(), "FailedPostStartHook", restart: RestartPolicy != "Never");
            }
        }
    }
}
