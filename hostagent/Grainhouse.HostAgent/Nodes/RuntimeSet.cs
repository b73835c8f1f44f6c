using System.Collections.Immutable;
using Grainhouse.HostAgent.Pods;
using k8s.Models;

namespace Grainhouse.HostAgent.Nodes;

/// <summary>The runtimes of a node, and which pod goes to which.</summary>
/// <param name="Default">Runs pods that ask for nothing else.</param>
/// <param name="Process">Runs pods with <c>runtimeClassName: process</c>; the default one where there is no other.</param>
internal sealed record RuntimeSet(PodTools Default, PodTools? Process)
{
    /// <summary>The runtimeClassName of workloads without images.</summary>
    public const string ProcessClass = "process";

    /// <summary>All runtimes.</summary>
    public ImmutableArray<PodTools> All => Process is null ? [Default] : [Default, Process];

    /// <summary>The runtime of a new pod.</summary>
    public PodTools For(V1Pod pod) => pod.Spec.RuntimeClassName == ProcessClass ? Process ?? Default : Default;
}
