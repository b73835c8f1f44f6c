using Grainhouse.HostAgent.Probes;
using Grainhouse.HostAgent.Runtimes;

namespace Grainhouse.HostAgent.Pods;

/// <summary>Starting and restarting containers.</summary>
internal sealed partial class PodTurn
{
    private void EnsureContainer(int index)
    {
        var container = state.Containers[index];
        if (container.Stage == ContainerStage.Exited && MayRestart(container))
        {
            ScheduleRestart(index);
        }

        if (state.Containers[index].Stage == ContainerStage.Waiting)
        {
            Begin(index);
        }
    }

    private bool MayRestart(ContainerRecord container)
    {
        var failed = container.Ended is { ExitCode: not 0 };
        return container.Role switch
        {
            ContainerRole.Sidecar => true,
            ContainerRole.Ephemeral => false,
            ContainerRole.Init => failed && RestartPolicy != "Never",
            _ => RestartPolicy switch
            {
                "Never" => false,
                "OnFailure" => failed || container.RestartWanted,
                _ => true,
            },
        };
    }

    private void ScheduleRestart(int index)
    {
        var ended = state.Containers[index];
        var failedAt = ended.Ended!.FinishedAt;
        var retryAt = ended.CrashBackOff.RetryAt(failedAt);
        var next = NextAttempt(ended, failedAt);
        if (retryAt > now)
        {
            var message = $"back-off {GoDuration.Format(retryAt - failedAt)} restarting failed container={ended.Name} pod={state.FullName}";
            next = next with { RetryAt = retryAt, WaitingReason = "CrashLoopBackOff", WaitingMessage = message };
            Report(ended, warning: true, "BackOff", $"Back-off restarting failed container {ended.Name} in pod {state.FullName}");
        }
        else if (ended.Ended.Reason == StartError)
        {
            // A start that failed is not tried again in the same instant, so that its reason can be seen.
            next = next with { RetryAt = now + TimeSpan.FromSeconds(1), WaitingReason = "RunContainerError", WaitingMessage = ended.Ended.Message };
        }

        Set(index, next);
        if (ended.PreviousId.Length > 0)
        {
            actions.Add(new PodAction.RemoveContainer(ended.PreviousId));
        }
    }

    private ContainerRecord NextAttempt(ContainerRecord ended, DateTimeOffset failedAt)
    {
        var retryAt = ended.CrashBackOff.RetryAt(failedAt);
        return ended with
        {
            Stage = ContainerStage.Waiting,
            Attempt = ended.Attempt + 1,
            PreviousId = ended.RuntimeId,
            RuntimeId = "",
            Last = ended.Ended,
            Ended = null,
            RestartWanted = false,

            // Looked for again, as kubelet does: it may have been removed meanwhile.
            ImageReady = false,
            CrashBackOff = ended.CrashBackOff.Grow(failedAt, retryAt > now ? retryAt : now),
        };
    }

    private void Begin(int index)
    {
        var container = state.Containers[index];
        if (container.NeedsObjects)
        {
            return;
        }

        if (now < container.RetryAt)
        {
            WakeBy(container.RetryAt);
            ShowPullBackOff(index);
            return;
        }

        if (state.Facts.UsesImages && !container.ImageReady)
        {
            BeginImage(index);
        }
        else if (state.Volumes.Stage == PartStage.Ready && state.Sandbox.Stage == PartStage.Ready)
        {
            Start(index);
        }
    }

    private void Start(int index)
    {
        var container = state.Containers[index];
        if (LacksTarget(index))
        {
            return;
        }

        var built = ContainerSpecBuilder.Build(state, container);
        if (built.Spec is null)
        {
            Set(index, container with { NeedsObjects = true, WaitingReason = "CreateContainerConfigError", WaitingMessage = built.Error });
            Report(container, warning: true, "Failed", $"Error: {built.Error}");
            return;
        }

        Set(index, container with { Stage = ContainerStage.Starting });
        actions.Add(new PodAction.StartContainer(state.SandboxId, built.Spec));
    }

    private void TakeStarted(PodInput.Started started)
    {
        if (!IsStarting(started.State))
        {
            return;
        }

        var index = IndexOf(started.Container);
        var container = state.Containers[index];
        var startedAt = started.State.StartedAt ?? now;
        var imageId = started.State.ImageId.Length > 0 ? started.State.ImageId : container.ImageId;
        Set(index, Running(container, started.State.Id, startedAt) with { ImageId = imageId });
        Report(container, warning: false, "Created", $"Created container: {container.Name}");
        Report(container, warning: false, "Started", $"Started container {container.Name}");
        if (started.State.Phase == ContainerPhase.Exited)
        {
            Exit(index, started.State, started.LastWords);
            return;
        }

        if (container.Spec.Lifecycle?.PostStart is { } hook && container.Role != ContainerRole.Init && !state.IsStopping)
        {
            Set(index, state.Containers[index] with { PostStartRunning = true });
            var target = ProbeTargets.Of(container.Spec, hook, state.ProbeAddress);
            actions.Add(new PodAction.RunHook(started.State.Id, HookKind.PostStart, target, TimeSpan.FromMinutes(10)));
        }
    }

    private static ContainerRecord Running(ContainerRecord container, string id, DateTimeOffset startedAt) => container with
    {
        Stage = ContainerStage.Running,
        RuntimeId = id,
        StartedAt = startedAt,
        RetryAt = default,
        WaitingReason = "",
        WaitingMessage = "",
        PullError = "",
        ImageReady = true,
        PostStartRunning = false,
        Startup = ProbeRecord.For(container.Spec.StartupProbe, startedAt),
        Readiness = ProbeRecord.For(container.Spec.ReadinessProbe, startedAt),
        Liveness = ProbeRecord.For(container.Spec.LivenessProbe, startedAt, ProbeOutcome.Success),
    };

    private void TakeStartFailed(PodInput.StartFailed failed)
    {
        var index = IndexOf(failed.Container);
        if (index < 0 || state.Containers[index] is not { Stage: ContainerStage.Starting } container || failed.Attempt != container.Attempt)
        {
            return;
        }

        Report(container, warning: true, "Failed", $"Error: {failed.Message}");
        if (failed.Kind == RuntimeErrorKind.Start)
        {
            // containerd's StartError: the process never was, which Kubernetes shows as the epoch.
            var ended = new Termination(StartErrorCode, StartError, failed.Message, DateTimeOffset.UnixEpoch, now, "");
            Set(index, container with { Stage = ContainerStage.Exited, Ended = ended, WaitingReason = "", WaitingMessage = "" });
            return;
        }

        var (reason, delay) = failed.Kind switch
        {
            RuntimeErrorKind.Unavailable or RuntimeErrorKind.NotFound => (container.WaitingReason, 1),
            _ => ("CreateContainerError", 10),
        };
        Set(index, container with
        {
            Stage = ContainerStage.Waiting,
            RetryAt = now + TimeSpan.FromSeconds(delay),
            WaitingReason = reason,
            WaitingMessage = reason.Length > 0 ? failed.Message : "",
            ImageReady = container.ImageReady && failed.Kind is not (RuntimeErrorKind.NotFound or RuntimeErrorKind.ImageNotFound),
        });
        if (failed.Kind == RuntimeErrorKind.NotFound)
        {
            actions.Add(new PodAction.Observe());
        }
    }

    private const string StartError = "StartError";

    /// <summary>The exit code that containerd gives a container whose process could not start.</summary>
    private const int StartErrorCode = 128;
}
