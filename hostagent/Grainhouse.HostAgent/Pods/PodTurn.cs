using System.Collections.Immutable;
using k8s.Models;

namespace Grainhouse.HostAgent.Pods;

/// <summary>One step of a pod's state machine while it is being worked out.</summary>
internal sealed partial class PodTurn(PodState before, DateTimeOffset now)
{
    private readonly ImmutableArray<PodAction>.Builder actions = ImmutableArray.CreateBuilder<PodAction>();
    private readonly DateTimeOffset? wokenBefore = before.WakeAt;
    private PodState state = before;
    private DateTimeOffset? wakeAt;
    private bool reportable;

    private V1Pod Pod => state.Pod!;

    private string RestartPolicy => Pod.Spec.RestartPolicy is { Length: > 0 } policy ? policy : "Always";

    /// <summary>Enters what the pod was told into its state.</summary>
    public void Take(PodInput input)
    {
        switch (input)
        {
            case PodInput.Ordered ordered: TakeOrder(ordered); break;
            case PodInput.ObjectsChanged changed: TakeObjects(changed.Objects); break;
            case PodInput.NotWanted: TakeNotWanted(); break;
            case PodInput.Observed observed: TakeObserved(observed); break;
            case PodInput.ContainerObserved observed: TakeContainer(observed.Container, observed.LastWords); break;
            case PodInput.ContainerMissing missing: TakeMissing(missing.ContainerId); break;
            case PodInput.VolumesPrepared: TakeVolumesPrepared(); break;
            case PodInput.VolumesFailed failed: TakeVolumesFailed(failed.Message); break;
            case PodInput.SandboxReady ready: TakeSandboxReady(ready.Sandbox); break;
            case PodInput.SandboxFailed failed: TakeSandboxFailed(failed.Message); break;
            case PodInput.SandboxRemoved: TakeSandboxRemoved(); break;
            case PodInput.SandboxRemoveFailed failed: TakeSandboxRemoveFailed(failed.Message); break;
            case PodInput.FilesRemoved: Change(state with { Files = PartStage.Removed }); break;
            case PodInput.ImageFound found: TakeImageFound(found); break;
            case PodInput.ImagePulled pulled: TakeImagePulled(pulled); break;
            case PodInput.ImageFailed failed: TakeImageFailed(failed); break;
            case PodInput.Started started: TakeStarted(started); break;
            case PodInput.StartFailed failed: TakeStartFailed(failed); break;
            case PodInput.StopFailed failed: TakeStopFailed(failed); break;
            case PodInput.HookDone done: TakeHook(done); break;
            case PodInput.Probed probed: TakeProbe(probed); break;
        }
    }

    /// <summary>Decides from the state alone what is to be done now.</summary>
    public void Advance()
    {
        if (state.Finished || (state.Pod is null && !state.Unwanted))
        {
            return;
        }

        if (!state.IsStopping)
        {
            CheckDeadline();
            if (!state.IsTerminal)
            {
                Run();
                JudgePhase();
            }

            if (state.IsTerminal)
            {
                StopAll(stopBy: null);
            }
        }

        if (state.IsStopping)
        {
            Stop();
        }
    }

    /// <summary>The new state and what is to be done.</summary>
    public (PodState State, ImmutableArray<PodAction> Actions) Conclude()
    {
        if (reportable && state.Pod is not null)
        {
            state = state with { Conditions = PodConditions.Judge(state, now) };
            actions.Add(new PodAction.ReportStatus());
        }

        if (wakeAt != wokenBefore || wokenBefore <= now)
        {
            state = state with { WakeAt = wakeAt };
            actions.Add(new PodAction.WakeAt(wakeAt));
        }

        return (state, actions.ToImmutable());
    }

    private void Run()
    {
        EnsureVolumes();
        EnsureSandbox();
        EnsureEphemeral();
        for (var index = 0; index < state.Containers.Length; index++)
        {
            if (state.Containers[index].Role == ContainerRole.Ephemeral)
            {
                continue;
            }

            EnsureContainer(index);
            var container = state.Containers[index];
            var blocks = container.Role switch
            {
                ContainerRole.Init => !container.IsReady,
                ContainerRole.Sidecar => !container.IsStarted,
                _ => false,
            };
            if (blocks)
            {
                break;
            }
        }

        WatchRunning();
    }

    private void CheckDeadline()
    {
        if (state.IsTerminal || Pod.Spec.ActiveDeadlineSeconds is not { } seconds)
        {
            return;
        }

        var deadline = state.StartedAt + TimeSpan.FromSeconds(seconds);
        if (now < deadline)
        {
            WakeBy(deadline);
            return;
        }

        const string Message = "Pod was active on the node longer than the specified deadline";
        Change(state with { Phase = PodPhase.Failed, Reason = "DeadlineExceeded", Message = Message });
        Report("", warning: false, "DeadlineExceeded", Message);
        CancelWork();
    }

    private void JudgePhase()
    {
        var phase = PodPhases.Judge(state);
        if (phase > state.Phase)
        {
            Change(state with { Phase = phase });
        }
    }

    private void CancelWork()
    {
        actions.Add(new PodAction.CancelWork());
        for (var index = 0; index < state.Containers.Length; index++)
        {
            if (state.Containers[index] is { Stage: ContainerStage.FindingImage or ContainerStage.PullingImage } container)
            {
                Set(index, container with { Stage = ContainerStage.Waiting });
            }
        }
    }

    private void WakeBy(DateTimeOffset time)
    {
        if (wakeAt is null || time < wakeAt)
        {
            wakeAt = time;
        }
    }

    private void Change(PodState next)
    {
        state = next;
        reportable = true;
    }

    private void Set(int index, ContainerRecord container) =>
        Change(state with { Containers = state.Containers.SetItem(index, container) });

    private int IndexOf(string name)
    {
        for (var index = 0; index < state.Containers.Length; index++)
        {
            if (state.Containers[index].Name == name)
            {
                return index;
            }
        }

        return -1;
    }

    private int IndexOfId(string containerId)
    {
        for (var index = 0; index < state.Containers.Length; index++)
        {
            if (state.Containers[index].RuntimeId == containerId && containerId.Length > 0)
            {
                return index;
            }
        }

        return -1;
    }

    private void Report(string fieldPath, bool warning, string reason, string message) =>
        actions.Add(new PodAction.Report(fieldPath, warning, reason, message));

    private void Report(ContainerRecord container, bool warning, string reason, string message) =>
        Report(FieldPath(container), warning, reason, message);

    private static string FieldPath(ContainerRecord container)
    {
        var list = container.Role switch
        {
            ContainerRole.Main => "containers",
            ContainerRole.Ephemeral => "ephemeralContainers",
            _ => "initContainers",
        };
        return $"spec.{list}{{{container.Name}}}";
    }
}
