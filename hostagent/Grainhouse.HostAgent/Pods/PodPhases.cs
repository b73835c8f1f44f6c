namespace Grainhouse.HostAgent.Pods;

/// <summary>Judges a pod's phase, as kubelet's getPhase does.</summary>
public static class PodPhases
{
    /// <summary>The phase that the containers' states make.</summary>
    public static PodPhase Judge(PodState state)
    {
        var neverStarted = false;
        var allEnded = true;
        var allEndedWell = true;
        foreach (var container in state.Containers)
        {
            if (container.Role == ContainerRole.Init && !container.IsReady)
            {
                var failed = container.Stage == ContainerStage.Exited && (state.Pod!.Spec.RestartPolicy == "Never" || state.IsStopping);
                return failed ? PodPhase.Failed : state.Phase;
            }

            if (container.Role != ContainerRole.Main)
            {
                continue;
            }

            neverStarted |= container.RuntimeId.Length == 0 && container.Last is null && container.Stage != ContainerStage.Exited;
            allEnded &= container.Stage == ContainerStage.Exited;
            allEndedWell &= container.Ended is { ExitCode: 0 };
        }

        if (neverStarted || state.Containers.IsEmpty)
        {
            return state.Phase;
        }

        return allEnded ? (allEndedWell ? PodPhase.Succeeded : PodPhase.Failed) : PodPhase.Running;
    }

    /// <summary>Reads a phase from a pod's status; Pending if it has none.</summary>
    public static PodPhase Parse(string? phase) => phase switch
    {
        "Running" => PodPhase.Running,
        "Succeeded" => PodPhase.Succeeded,
        "Failed" => PodPhase.Failed,
        _ => PodPhase.Pending,
    };
}
