using System.Collections.Immutable;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning.Pods;
using Grainhouse.Simulation.Agents;
using Grainhouse.Simulation.Storage;

namespace Grainhouse.Simulation.Checks;

/// <summary>Whether all is as it was asked for, and nothing is left over.</summary>
internal sealed class Convergence(SimulatedStore store, ImmutableArray<SimulatedMachine> machines)
{
    /// <summary>What is not yet so; null if all is.</summary>
    public string? Missing()
    {
        var lost = machines.Where(machine => machine.IsLost).Select(machine => machine.Name).ToHashSet(StringComparer.Ordinal);
        var pods = store.Of("pods").Select(PodView.Of).Where(pod => !lost.Contains(pod.Node)).ToList();
        return Deployments(pods) ?? Leftovers(pods) ?? machines.Where(machine => !machine.IsLost).Select(machine => Containers(machine, pods)).FirstOrDefault(words => words is not null);
    }

    private string? Deployments(List<PodView> pods)
    {
        foreach (var deployment in store.Of("deployments.apps"))
        {
            var document = deployment.ToMutable();
            var (spec, status) = (document["spec"]!, document["status"]);
            var replicas = spec["replicas"]!.GetValue<int>();
            var image = (string?)spec["template"]!["spec"]!["containers"]![0]!["image"];
            var ready = pods.Count(pod => pod is { Active: true, Ready: true } && pod.Header.Labels.GetValueOrDefault("app") == deployment.Key.Name
                && (string?)pod.Object.ToMutable()["spec"]!["containers"]![0]!["image"] == image);
            if (ready != replicas)
            {
                return $"{deployment}: {ready} of {replicas} pods are ready with {image}";
            }

            if ((status?["readyReplicas"]?.GetValue<int>() ?? 0) != replicas || status?["observedGeneration"]?.GetValue<long>() != deployment.Header.Generation)
            {
                return $"{deployment}: its status says {status?["readyReplicas"] ?? 0} ready of {replicas} at generation {status?["observedGeneration"]}";
            }
        }

        return null;
    }

    private string? Leftovers(List<PodView> pods)
    {
        var sets = store.Of("replicasets.apps").ToDictionary(set => set.Header.Uid, set => set.ToMutable()["spec"]!["replicas"]!.GetValue<int>(), StringComparer.Ordinal);
        foreach (var pod in pods)
        {
            if (pod.Deleting)
            {
                return $"{pod.Object} is still being deleted";
            }

            if (!pod.Header.Owners.Any(owner => sets.GetValueOrDefault(owner.Uid) > 0))
            {
                return $"{pod.Object} belongs to nobody";
            }
        }

        return null;
    }

    private static string? Containers(SimulatedMachine machine, List<PodView> pods)
    {
        var wanted = pods.Where(pod => pod.Node == machine.Name && !pod.Ended).Select(pod => pod.Header.Uid).ToHashSet(StringComparer.Ordinal);
        foreach (var sandbox in machine.Host.List())
        {
            if (!wanted.Contains(sandbox.Pod.Uid) && sandbox.Containers.Any(container => container.FinishedAt is null))
            {
                return $"{machine.Name} runs {sandbox.Pod.Name} ({sandbox.Pod.Uid}), which nobody wants";
            }
        }

        return null;
    }
}
