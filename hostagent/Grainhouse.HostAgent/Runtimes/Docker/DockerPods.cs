using System.Collections.Concurrent;

namespace Grainhouse.HostAgent.Runtimes.Docker;

/// <summary>Which pod a sandbox is for, and its address: remembered, so that starting a container in it needs no inspect.</summary>
internal sealed class DockerPods(DockerConnection connection, DockerRuntimeOptions options)
{
    private readonly ConcurrentDictionary<string, (PodIdentity Pod, string Address)> _pods = new(StringComparer.Ordinal);

    public void Remember(string sandboxId, PodIdentity pod, string address) => _pods[sandboxId] = (pod, address);

    /// <summary>Whether the sandbox is one that is meant to run.</summary>
    public bool Knows(string sandboxId) => _pods.ContainsKey(sandboxId);

    /// <summary>To be called before the sandbox is removed; returns its address, empty if none is known.</summary>
    public string Forget(string sandboxId) => _pods.TryRemove(sandboxId, out var known) ? known.Address : "";

    public async ValueTask<PodIdentity> FindAsync(string sandboxId, CancellationToken cancellationToken)
    {
        if (_pods.TryGetValue(sandboxId, out var known))
        {
            return known.Pod;
        }

        var found = await connection.CallAsync(
            client => client.Containers.InspectContainerAsync(sandboxId, cancellationToken), RuntimeErrorKind.Unavailable, cancellationToken);
        if (DockerLabels.Get(found.Config.Labels, DockerLabels.Kind) != DockerLabels.SandboxKind
            || DockerLabels.Get(found.Config.Labels, DockerLabels.Agent) != options.InstanceScope)
        {
            throw new RuntimeException(RuntimeErrorKind.NotFound, $"Container {sandboxId} is not a sandbox of this agent.");
        }

        var pod = DockerLabels.PodOf(found.Config.Labels);
        Remember(found.ID, pod, DockerLabels.Get(found.Config.Labels, DockerLabels.Address));
        return pod;
    }
}
