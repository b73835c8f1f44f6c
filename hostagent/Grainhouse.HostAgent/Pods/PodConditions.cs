using System.Collections.Immutable;
using k8s.Models;

namespace Grainhouse.HostAgent.Pods;

/// <summary>Judges the conditions of a pod that are the agent's. Those of others count where the pod names them as readiness gates.</summary>
public static class PodConditions
{
    private static readonly string[] Own = ["PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady"];

    /// <summary>Whether a condition is the agent's.</summary>
    public static bool IsOwn(string type) => Array.IndexOf(Own, type) >= 0;

    /// <summary>The conditions as they are now; the time of those that did not change stays.</summary>
    public static ImmutableArray<PodCondition> Judge(PodState state, DateTimeOffset now)
    {
        var containers = ContainersReady(state);
        var result = ImmutableArray.CreateBuilder<PodCondition>(4);
        Add("PodReadyToStartContainers", (state.Sandbox.Stage == PartStage.Ready, "", ""));
        Add("Initialized", Initialized(state));
        Add("Ready", containers.Status ? Gates(state) : containers);
        Add("ContainersReady", containers);
        return result.ToImmutable();

        void Add(string type, (bool Status, string Reason, string Message) verdict)
        {
            var since = now;
            foreach (var before in state.Conditions)
            {
                if (before.Type == type && before.Status == verdict.Status)
                {
                    since = before.Since;
                }
            }

            result.Add(new PodCondition(type, verdict.Status, verdict.Reason, verdict.Message, since));
        }
    }

    /// <summary>The agent's conditions as the cluster remembers them.</summary>
    public static ImmutableArray<PodCondition> Remembered(V1Pod pod)
    {
        var result = ImmutableArray.CreateBuilder<PodCondition>();
        foreach (var condition in pod.Status?.Conditions ?? [])
        {
            if (IsOwn(condition.Type) && condition.LastTransitionTime is { } since)
            {
                var time = new DateTimeOffset(DateTime.SpecifyKind(since, DateTimeKind.Utc));
                result.Add(new PodCondition(condition.Type, condition.Status == "True", condition.Reason ?? "", condition.Message ?? "", time));
            }
        }

        return result.ToImmutable();
    }

    private static (bool Status, string Reason, string Message) Initialized(PodState state)
    {
        if (state.Phase == PodPhase.Succeeded)
        {
            return (true, "PodCompleted", "");
        }

        var incomplete = Names(state, container => container.Role switch
        {
            ContainerRole.Init => !container.IsReady,
            ContainerRole.Sidecar => !container.IsStarted && !state.IsStopping && !state.IsTerminal,
            _ => false,
        });
        return incomplete.Length == 0 ? (true, "", "") : (false, "ContainersNotInitialized", $"containers with incomplete status: [{incomplete}]");
    }

    private static (bool Status, string Reason, string Message) ContainersReady(PodState state)
    {
        if (state.IsTerminal)
        {
            return (false, state.Phase == PodPhase.Succeeded ? "PodCompleted" : "PodFailed", "");
        }

        var unready = Names(state, container => container.Role is ContainerRole.Main or ContainerRole.Sidecar && !container.IsReady);
        return unready.Length == 0 ? (true, "", "") : (false, "ContainersNotReady", $"containers with unready status: [{unready}]");
    }

    private static (bool Status, string Reason, string Message) Gates(PodState state)
    {
        if (state.Pod!.Spec.ReadinessGates is not { Count: > 0 } gates)
        {
            return (true, "", "");
        }

        var missing = new List<string>();
        foreach (var gate in gates)
        {
            var condition = (state.Pod.Status?.Conditions ?? []).FirstOrDefault(candidate => candidate.Type == gate.ConditionType);
            if (condition is null)
            {
                missing.Add($"corresponding condition of pod readiness gate \"{gate.ConditionType}\" does not exist.");
            }
            else if (condition.Status != "True")
            {
                missing.Add($"the status of pod readiness gate \"{gate.ConditionType}\" is not \"True\", but {condition.Status}");
            }
        }

        return missing.Count == 0 ? (true, "", "") : (false, "ReadinessGatesNotReady", string.Join(", ", missing));
    }

    private static string Names(PodState state, Func<ContainerRecord, bool> include)
    {
        string names = "";
        foreach (var container in state.Containers)
        {
            if (include(container))
            {
                names = names.Length == 0 ? container.Name : $"{names} {container.Name}";
            }
        }

        return names;
    }
}
