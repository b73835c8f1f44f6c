using Grainhouse.HostAgent.Runtimes;

namespace Grainhouse.HostAgent.Pods;

/// <summary>Volumes and sandbox: what containers need before they can start.</summary>
internal sealed partial class PodTurn
{
    /// <summary>The retry time of a removal that was asked for: its answer decides.</summary>
    private static readonly DateTimeOffset UnderWay = DateTimeOffset.MaxValue;

    private void EnsureVolumes()
    {
        switch (state.Volumes.Stage)
        {
            case PartStage.Absent when !state.Facts.HasFiles:
                state = state with { Volumes = new PodPart(PartStage.Ready), VolumesStale = false };
                break;
            case PartStage.Absent when now < state.Volumes.RetryAt:
                WakeBy(state.Volumes.RetryAt);
                break;
            case PartStage.Absent:
            case PartStage.Ready when state.VolumesStale && state.Facts.HasFiles:
                actions.Add(new PodAction.PrepareVolumes(Pod, state.Objects));
                var stage = state.Volumes.Stage == PartStage.Ready ? PartStage.Ready : PartStage.Preparing;
                state = state with { Volumes = state.Volumes with { Stage = stage }, VolumesStale = false };
                break;
        }
    }

    private void TakeVolumesPrepared()
    {
        if (state.Volumes.Stage == PartStage.Preparing)
        {
            Change(state with { Volumes = new PodPart(PartStage.Ready) });
        }
    }

    private void TakeVolumesFailed(string message)
    {
        Report("", warning: true, "FailedMount", message);
        if (state.Volumes.Stage == PartStage.Preparing)
        {
            var volumes = state.Volumes.Failed(now);
            Change(state with { Volumes = state.VolumesStale ? volumes with { RetryAt = now } : volumes });
        }
    }

    private void EnsureSandbox()
    {
        switch (state.Sandbox.Stage)
        {
            case PartStage.Absent when now < state.Sandbox.RetryAt:
                WakeBy(state.Sandbox.RetryAt);
                break;
            case PartStage.Absent when NeedsSandbox():
                state = state with { Sandbox = state.Sandbox with { Stage = PartStage.Preparing } };
                actions.Add(new PodAction.EnsureSandbox(SandboxSpecBuilder.Build(state)));
                break;
            case PartStage.Removing when state.Sandbox.Failures > 0:
                RemoveSandbox();
                break;
        }
    }

    private bool NeedsSandbox()
    {
        foreach (var container in state.Containers)
        {
            if (container.Stage != ContainerStage.Exited || MayRestart(container))
            {
                return true;
            }
        }

        return false;
    }

    private void TakeSandboxReady(SandboxState sandbox)
    {
        if (state.Sandbox.Stage is PartStage.Preparing or PartStage.Absent)
        {
            Change(state with
            {
                Sandbox = new PodPart(PartStage.Ready),
                SandboxId = sandbox.Id,
                SandboxAttempt = sandbox.Attempt,
                SandboxSince = now,
                Address = AddressOf(sandbox),
            });
        }
    }

    private string AddressOf(SandboxState sandbox) =>
        sandbox.Address.Length > 0 && !state.SharesHostNetwork ? sandbox.Address : state.Facts.Address;

    private void TakeSandboxFailed(string message)
    {
        if (state.Sandbox.Stage == PartStage.Preparing)
        {
            Report("", warning: true, "FailedCreatePodSandBox", $"Failed to create pod sandbox: {message}");
            Change(state with { Sandbox = state.Sandbox.Failed(now) });
        }
    }

    /// <summary>The sandbox died: all in it is dead, and a new one has to be made before anything runs again.</summary>
    private void LoseSandbox(string sandboxId)
    {
        if (!state.IsStopping && !state.IsTerminal)
        {
            Report("", warning: false, "SandboxChanged", "Pod sandbox changed, it will be killed and re-created.");
        }

        for (var index = 0; index < state.Containers.Length; index++)
        {
            var container = state.Containers[index];
            if (container.IsRunning)
            {
                Exit(index, 137, "Error", "", now);
            }
            else if (container is { Role: ContainerRole.Init, Stage: ContainerStage.Exited } && !state.IsStopping)
            {
                Set(index, NextAttempt(container, now));
            }

            Set(index, state.Containers[index] with { PreviousId = "" });
        }

        Change(state with { SandboxId = sandboxId, Address = "", Sandbox = new PodPart(PartStage.Removing) });
        RemoveSandbox();
    }

    private void RemoveSandbox()
    {
        if (state.Sandbox is { Stage: PartStage.Removing, RetryAt: var retryAt } && retryAt == UnderWay)
        {
            return;
        }

        if (now < state.Sandbox.RetryAt)
        {
            WakeBy(state.Sandbox.RetryAt);
            return;
        }

        state = state with { Sandbox = new PodPart(PartStage.Removing, UnderWay, state.Sandbox.Failures) };
        actions.Add(new PodAction.RemoveSandbox(state.SandboxId));
    }

    private void TakeSandboxRemoved()
    {
        if (state.Sandbox.Stage == PartStage.Removing)
        {
            Change(state with
            {
                Sandbox = new PodPart(state.IsStopping ? PartStage.Removed : PartStage.Absent),
                SandboxId = "",
                SandboxAttempt = state.SandboxAttempt + 1,
                SandboxSince = now,
                Address = state.IsStopping ? state.Address : "",
            });
        }
    }

    private void TakeSandboxRemoveFailed(string message)
    {
        if (state.Sandbox.Stage == PartStage.Removing)
        {
            Report("", warning: true, "FailedKillPod", $"error killing pod: {message}");
            state = state with { Sandbox = state.Sandbox.Failed(now) with { Stage = PartStage.Removing } };
        }
    }
}
