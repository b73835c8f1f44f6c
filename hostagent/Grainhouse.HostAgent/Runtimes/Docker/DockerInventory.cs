using System.Collections.Immutable;
using Docker.DotNet.Models;

namespace Grainhouse.HostAgent.Runtimes.Docker;

/// <summary>All that this agent has on the engine: one list call, and one inspect for each container that changed.</summary>
internal sealed class DockerInventory(
    DockerConnection connection, DockerRuntimeOptions options, DockerSandboxes sandboxes, DockerContainers containers, DockerPods pods)
{
    /// <summary>Inspects at once; more only queue in the engine.</summary>
    private const int Inspects = 8;

    public async Task<ImmutableArray<SandboxState>> ListAsync(CancellationToken cancellationToken)
    {
        var all = await connection.CallAsync(
            client => client.Containers.ListContainersAsync(
                new ContainersListParameters { All = true, Filters = DockerLabels.Filter((DockerLabels.Agent, options.InstanceScope)) }, cancellationToken),
            RuntimeErrorKind.Unavailable,
            cancellationToken);
        var workloads = all.Where(container => DockerLabels.Get(container.Labels, DockerLabels.Kind) == DockerLabels.ContainerKind).ToArray();
        var states = new ContainerState?[workloads.Length];
        await Parallel.ForAsync(
            0,
            workloads.Length,
            new ParallelOptions { MaxDegreeOfParallelism = Inspects, CancellationToken = cancellationToken },
            async (index, token) =>
            {
                var workload = workloads[index];
                states[index] = containers.Recall(workload.ID, workload.State) ?? await containers.InspectAsync(workload.ID, token);
            });
        containers.Keep([.. workloads.Select(workload => workload.ID)]);

        var bySandbox = workloads.Zip(states)
            .Where(pair => pair.Second is not null)
            .ToLookup(pair => DockerLabels.Get(pair.First.Labels, DockerLabels.Sandbox), pair => (pair.First.Labels, State: pair.Second!), StringComparer.Ordinal);
        var list = ImmutableArray.CreateBuilder<SandboxState>();
        var listed = new HashSet<string>(StringComparer.Ordinal);
        foreach (var sandbox in all.Where(container => DockerLabels.Get(container.Labels, DockerLabels.Kind) == DockerLabels.SandboxKind))
        {
            listed.Add(sandbox.ID);
            list.Add(StateOf(sandbox, Ordered(bySandbox[sandbox.ID].Select(pair => pair.State))));
        }

        // Containers whose sandbox is gone are shown under its id, so that the agent can have them removed.
        foreach (var orphans in bySandbox.Where(group => !listed.Contains(group.Key)))
        {
            var labels = orphans.First().Labels;
            list.Add(new SandboxState(
                orphans.Key, DockerLabels.PodOf(labels), 0, Running: false, "", DateTimeOffset.UnixEpoch, Ordered(orphans.Select(pair => pair.State))));
        }

        await sandboxes.ReleaseInheritedAsync(list, cancellationToken);
        return list.DrainToImmutable();
    }

    private SandboxState StateOf(ContainerListResponse sandbox, ImmutableArray<ContainerState> states)
    {
        var pod = DockerLabels.PodOf(sandbox.Labels);
        var address = sandboxes.AddressOf(sandbox.Labels, sandbox.NetworkSettings?.Networks);
        pods.Remember(sandbox.ID, pod, address);
        return new SandboxState(
            sandbox.ID,
            pod,
            DockerLabels.AttemptOf(sandbox.Labels),
            sandbox.State == "running" && DockerSandboxes.IsLinked(sandbox.ID, sandbox.Labels),
            address,
            new DateTimeOffset(sandbox.Created.ToUniversalTime()),
            states);
    }

    private static ImmutableArray<ContainerState> Ordered(IEnumerable<ContainerState> states) =>
        [.. states.OrderBy(state => state.Name, StringComparer.Ordinal).ThenBy(state => state.Attempt)];
}
