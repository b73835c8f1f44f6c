using Grainhouse.HostAgent.Nodes;
using Grainhouse.HostAgent.Pods;
using Grainhouse.HostAgent.Runtimes;
using Grainhouse.Interfaces.Agents;

namespace Grainhouse.HostAgent.Streams;

/// <summary>Finds what a stream is asked of.</summary>
internal static class StreamSource
{
    /// <summary>The pod's worker.</summary>
    /// <exception cref="StreamRefusedException">404: there is no such pod here.</exception>
    public static PodWorker Pod(NodePods pods, TunnelRequest request) =>
        pods.Find(request.PodUid) is { State.Pod: not null } worker ? worker : throw new StreamRefusedException(404, $"pod \"{request.PodUid}\" not found");

    /// <summary>The runtime's id of a container that runs.</summary>
    /// <exception cref="StreamRefusedException">500, in the kubelet's words: it does not run.</exception>
    public static string RunningContainer(PodWorker worker, string name) =>
        worker.State.Containers.FirstOrDefault(container => container.Name == name) is { IsRunning: true } found ? found.RuntimeId : throw NotRunning(name);

    /// <summary>The runtime, if it can do this.</summary>
    /// <exception cref="StreamRefusedException">501: it cannot.</exception>
    public static IStreamingRuntime Streaming(IContainerRuntime runtime, string what) =>
        runtime as IStreamingRuntime ?? throw new StreamRefusedException(501, $"the {runtime.Name} runtime has no {what}");

    /// <summary>The kubelet's words for a container that does not run.</summary>
    public static StreamRefusedException NotRunning(string name) => new(500, $"container not found (\"{name}\")");
}

/// <summary>What was asked for cannot be had: the answer's HTTP code, and why.</summary>
internal sealed class StreamRefusedException(int code, string message) : Exception(message)
{
    /// <summary>The HTTP code.</summary>
    public int Code { get; } = code;
}
