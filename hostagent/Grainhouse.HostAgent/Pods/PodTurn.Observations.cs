using Grainhouse.HostAgent.Probes;
using Grainhouse.HostAgent.Runtimes;
using k8s.Models;

namespace Grainhouse.HostAgent.Pods;

/// <summary>What the runtime shows.</summary>
internal sealed partial class PodTurn
{
    private void TakeObserved(PodInput.Observed observed)
    {
        if (state.Pod is null && !state.Unwanted)
        {
            state = state with { Found = observed.Sandbox };
            return;
        }

        if (observed.TakenAt < state.SandboxSince)
        {
            return;
        }

        if (state.Sandbox.Stage != PartStage.Ready)
        {
            if (state.Sandbox.Stage == PartStage.Absent && observed.Sandbox is { } sandbox && state.SandboxAttempt <= sandbox.Attempt)
            {
                Adopt(sandbox);
            }

            return;
        }

        if (observed.Sandbox is null || observed.Sandbox.Id != state.SandboxId || !observed.Sandbox.Running)
        {
            LoseSandbox(state.SandboxId);
            return;
        }

        foreach (var container in observed.Sandbox.Containers)
        {
            if (TakeContainer(container, ""))
            {
                ListenTo(container);
            }
        }

        for (var index = 0; index < state.Containers.Length; index++)
        {
            var record = state.Containers[index];
            if (record.IsRunning && record.StartedAt < observed.TakenAt && !Contains(observed.Sandbox, record.RuntimeId))
            {
                Lose(index);
            }
        }
    }

    private static bool Contains(SandboxState sandbox, string containerId)
    {
        foreach (var container in sandbox.Containers)
        {
            if (container.Id == containerId)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Takes the end of a container; whether that was news.</summary>
    private bool TakeContainer(ContainerState container, string lastWords)
    {
        var index = IndexOfId(container.Id);
        if (index >= 0 && container.Phase == ContainerPhase.Exited && state.Containers[index].IsRunning)
        {
            Exit(index, container, lastWords);
            return true;
        }

        if (index < 0 && container is { Phase: ContainerPhase.Exited, StartedAt: not null } && IsStarting(container))
        {
            // The news of a short life has overtaken the answer to its start, which says that it runs.
            TakeStarted(new PodInput.Started(container.Name, container, lastWords));
            return true;
        }

        AddLastWords(container.Id, lastWords);
        return false;
    }

    private bool IsStarting(ContainerState container) =>
        IndexOf(container.Name) is >= 0 and var index
        && state.Containers[index] is { Stage: ContainerStage.Starting } starting
        && starting.Attempt == container.Attempt;

    /// <summary>Asks for the last words of a container whose end was seen in a listing, which does not have them.</summary>
    private void ListenTo(ContainerState? container)
    {
        if (container is { Phase: ContainerPhase.Exited, StartedAt: not null })
        {
            actions.Add(new PodAction.Look(container.Id));
        }
    }

    /// <summary>Last words may come after the end: by then the next attempt may have begun.</summary>
    private void AddLastWords(string containerId, string lastWords)
    {
        for (var index = 0; lastWords.Length > 0 && index < state.Containers.Length; index++)
        {
            var container = state.Containers[index];
            if (container.Ended is { Message: "" } ended && ended.ContainerId == containerId)
            {
                Set(index, container with { Ended = ended with { Message = lastWords } });
            }
            else if (container.Last is { Message: "" } last && last.ContainerId == containerId)
            {
                Set(index, container with { Last = last with { Message = lastWords } });
            }
        }
    }

    private void TakeMissing(string containerId)
    {
        var index = IndexOfId(containerId);
        if (index >= 0 && state.Containers[index].IsRunning)
        {
            Lose(index);
            actions.Add(new PodAction.Observe());
        }
    }

    private void Lose(int index) =>
        Exit(index, UnknownEnd, Unlocated, UnlocatedMessage, now);

    private const int UnknownEnd = 137;
    private const string Unlocated = "ContainerStatusUnknown";
    private const string UnlocatedMessage = "The container could not be located when the pod was observed.  The container used to be Running";

    private void Exit(int index, ContainerState container, string lastWords)
    {
        var reason = container.OutOfMemory ? "OOMKilled" : container.ExitCode == 0 ? "Completed" : "Error";
        var message = lastWords.Length > 0 ? lastWords : container.Error;
        Exit(index, container.ExitCode, reason, message, container.FinishedAt ?? now);
    }

    private void Exit(int index, int exitCode, string reason, string message, DateTimeOffset finishedAt)
    {
        var container = state.Containers[index];
        Set(index, container with
        {
            Stage = ContainerStage.Exited,
            Ended = new Termination(exitCode, reason, message, container.StartedAt, finishedAt, container.RuntimeId),
            PostStartRunning = false,
            RetryAt = default,
            Startup = null,
            Readiness = null,
            Liveness = null,
        });
    }

    /// <summary>Takes over what a former agent started.</summary>
    private void Adopt(SandboxState sandbox)
    {
        Change(state with
        {
            Sandbox = new PodPart(PartStage.Ready),
            SandboxId = sandbox.Id,
            SandboxAttempt = sandbox.Attempt,
            SandboxSince = now,
            Address = AddressOf(sandbox),
        });
        for (var index = 0; index < state.Containers.Length; index++)
        {
            Adopt(index, sandbox);
        }

        SkipForgottenInits();
        SkipForgottenEphemeral();
        if (!sandbox.Running)
        {
            LoseSandbox(sandbox.Id);
        }
    }

    private void Adopt(int index, SandboxState sandbox)
    {
        var record = state.Containers[index];
        ContainerState? newest = null;
        ContainerState? former = null;
        foreach (var container in sandbox.Containers)
        {
            if (container.Name != record.Name)
            {
                continue;
            }

            if (newest is null || container.Attempt > newest.Attempt)
            {
                (former, newest) = (newest, container);
            }
            else if (former is null || container.Attempt > former.Attempt)
            {
                former = container;
            }
        }

        if (newest is null)
        {
            return;
        }

        var adopted = record with
        {
            Attempt = newest.Attempt,
            ImageId = newest.ImageId,
            PreviousId = former?.Id ?? "",
            Last = former is null ? null : TerminationOf(former),
            CrashBackOff = BackOff.Remembered(newest.Attempt, former?.FinishedAt, newest.StartedAt ?? newest.FinishedAt ?? now),
        };
        Set(index, newest.Phase switch
        {
            ContainerPhase.Running => WithRememberedProbes(Running(adopted, newest.Id, newest.StartedAt ?? now)),
            ContainerPhase.Exited => adopted with { RuntimeId = newest.Id, Stage = ContainerStage.Exited, Ended = TerminationOf(newest), ImageReady = true },

            // It was made and never started: starting the same attempt again finishes that.
            _ => adopted,
        });
        ListenTo(newest);
        ListenTo(former);
    }

    private Termination TerminationOf(ContainerState container) => container.StartedAt is null
        ? new Termination(container.ExitCode == 0 ? StartErrorCode : container.ExitCode, StartError, container.Error, DateTimeOffset.UnixEpoch, container.FinishedAt ?? now, container.Id)
        : new Termination(
            container.ExitCode,
            container.OutOfMemory ? "OOMKilled" : container.ExitCode == 0 ? "Completed" : "Error",
            container.Error,
            container.StartedAt.Value,
            container.FinishedAt ?? now,
            container.Id);

    /// <summary>A container that was ready when the agent stopped stays so until a probe says otherwise.</summary>
    private ContainerRecord WithRememberedProbes(ContainerRecord container)
    {
        var containerId = PodStatusWriter.ContainerId(state.Facts, container.RuntimeId);
        var known = (state.Pod?.Status?.ContainerStatuses ?? []).FirstOrDefault(status => status.ContainerID == containerId);
        return container with
        {
            Startup = container.Startup is { } startup && known?.Started == true ? startup with { Result = ProbeOutcome.Success } : container.Startup,
            Readiness = container.Readiness is { } readiness && known?.Ready == true ? readiness with { Result = ProbeOutcome.Success } : container.Readiness,
        };
    }

    /// <summary>Where main containers exist, the init containers have done their work, also if the runtime has forgotten them.</summary>
    private void SkipForgottenInits()
    {
        var begun = false;
        foreach (var container in state.Containers)
        {
            begun |= container.Role == ContainerRole.Main && (container.RuntimeId.Length > 0 || container.Attempt > 0);
        }

        for (var index = 0; begun && index < state.Containers.Length; index++)
        {
            var container = state.Containers[index];
            if (container.Role == ContainerRole.Init && container.RuntimeId.Length == 0)
            {
                var ended = new Termination(0, "Completed", "Unable to get init container status from container runtime and pod has been initialized, treat it as exit normally", state.StartedAt, state.StartedAt, "");
                Set(index, container with { Stage = ContainerStage.Exited, Ended = ended });
            }
        }
    }
}
