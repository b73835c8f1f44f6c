using Grainhouse.HostAgent.Probes;
using Grainhouse.HostAgent.Runtimes;
using Grainhouse.HostAgent.Volumes;

namespace Grainhouse.HostAgent.Pods;

/// <summary>What pods of one runtime are worked with.</summary>
/// <param name="Facts">The node as pods see it.</param>
/// <param name="Runtime">Runs their containers.</param>
/// <param name="Volumes">Makes their files; null where they have none.</param>
/// <param name="Prober">Asks their probes and hooks.</param>
/// <param name="Wakes">Wakes them.</param>
internal sealed record PodTools(NodeFacts Facts, IContainerRuntime Runtime, VolumeWriter? Volumes, Prober Prober, WakeQueue Wakes)
{
    /// <summary>Gives a worker that has mail its turn.</summary>
    /// <value>Default: on the thread pool. The simulator has a single thread.</value>
    public Action<IThreadPoolWorkItem> Schedule { get; init; } = static worker => ThreadPool.UnsafeQueueUserWorkItem(worker, preferLocal: false);
}
