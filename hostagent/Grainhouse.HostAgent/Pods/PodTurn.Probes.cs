using Grainhouse.HostAgent.Probes;
using k8s.Models;

namespace Grainhouse.HostAgent.Pods;

/// <summary>Probes of running containers.</summary>
internal sealed partial class PodTurn
{
    private void WatchRunning()
    {
        for (var index = 0; index < state.Containers.Length; index++)
        {
            KeepStopping(index);
            if (state.Containers[index] is not { Stage: ContainerStage.Running, PostStartRunning: false } container)
            {
                continue;
            }

            if (container.Startup is { Result: not ProbeOutcome.Success })
            {
                RunIfDue(index, ProbeKind.Startup);
            }
            else
            {
                RunIfDue(index, ProbeKind.Readiness);
                RunIfDue(index, ProbeKind.Liveness);
            }
        }
    }

    private void RunIfDue(int index, ProbeKind kind)
    {
        var container = state.Containers[index];
        if (BookOf(container, kind) is not { Running: false } book)
        {
            return;
        }

        if (now < book.DueAt)
        {
            WakeBy(book.DueAt);
            return;
        }

        SetQuietly(index, With(container, kind, book with { Running = true }));
        var target = ProbeTargets.Of(container.Spec, book.Spec, state.ProbeAddress);
        actions.Add(new PodAction.RunProbe(container.RuntimeId, kind, target, book.Timeout));
    }

    private void TakeProbe(PodInput.Probed probed)
    {
        var index = IndexOfId(probed.ContainerId);
        if (index < 0 || !state.Containers[index].IsRunning)
        {
            return;
        }

        var container = state.Containers[index];
        if (BookOf(container, probed.Kind) is not { Running: true } book)
        {
            return;
        }

        var entered = book.Enter(probed.Outcome, now);
        if (entered.Result == book.Result)
        {
            SetQuietly(index, With(container, probed.Kind, entered));
        }
        else
        {
            Set(index, With(container, probed.Kind, entered));
        }

        if (container.Stage != ContainerStage.Running)
        {
            return;
        }

        if (probed.Outcome == ProbeOutcome.Failure)
        {
            Report(container, warning: true, "Unhealthy", $"{probed.Kind} probe {probed.Message}");
        }

        if (probed.Kind != ProbeKind.Readiness && entered.Result == ProbeOutcome.Failure)
        {
            RestartUnhealthy(index, probed.Kind, entered.Spec);
        }
        else if (probed.Kind == ProbeKind.Startup && entered.Result == ProbeOutcome.Success)
        {
            EndStartup(index);
        }
    }

    private void RestartUnhealthy(int index, ProbeKind kind, V1Probe probe)
    {
        var container = state.Containers[index];
        var restarts = container.Role == ContainerRole.Sidecar || RestartPolicy != "Never";
        var grace = probe.TerminationGracePeriodSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : Grace();
        var word = kind == ProbeKind.Liveness ? "liveness" : "startup";
        BeginStop(index, grace, $"Container {container.Name} failed {word} probe{(restarts ? ", will be restarted" : "")}", restarts);
    }

    private void EndStartup(int index)
    {
        var container = state.Containers[index];
        Set(index, container with { Readiness = DueFromNow(container.Readiness), Liveness = DueFromNow(container.Liveness) });

        ProbeRecord? DueFromNow(ProbeRecord? book) => book is null || book.DueAt >= now ? book : book with { DueAt = now };
    }

    private void SetQuietly(int index, ContainerRecord container) =>
        state = state with { Containers = state.Containers.SetItem(index, container) };

    private static ProbeRecord? BookOf(ContainerRecord container, ProbeKind kind) => kind switch
    {
        ProbeKind.Startup => container.Startup,
        ProbeKind.Readiness => container.Readiness,
        _ => container.Liveness,
    };

    private static ContainerRecord With(ContainerRecord container, ProbeKind kind, ProbeRecord book) => kind switch
    {
        ProbeKind.Startup => container with { Startup = book },
        ProbeKind.Readiness => container with { Readiness = book },
        _ => container with { Liveness = book },
    };
}
