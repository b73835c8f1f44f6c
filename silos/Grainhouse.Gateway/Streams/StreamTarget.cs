using System.Text.Json;
using Grainhouse.Gateway.Objects;
using Grainhouse.Gateway.Tables;
using Grainhouse.Interfaces.Objects;

namespace Grainhouse.Gateway.Streams;

/// <summary>Where a stream leads.</summary>
/// <param name="Node">The pod's node.</param>
/// <param name="PodUid">The pod's uid.</param>
/// <param name="PodName">The pod's name.</param>
/// <param name="Container">The container; empty for the pod as a whole.</param>
internal sealed record StreamTarget(string Node, string PodUid, string PodName, string Container)
{
    /// <summary>Finds a container, or says in kube-apiserver's words why there is none.</summary>
    /// <param name="pod">The pod.</param>
    /// <param name="container">The container; empty where the pod has only one.</param>
    public static (StreamTarget? Target, ApiStatus? Error) Find(KubeObject pod, string container)
    {
        using var document = JsonDocument.Parse(pod.Document);
        var (chosen, error) = PodContainers.Choose(document.RootElement.At("spec"), pod.Key.Name, container);
        return error is not null ? (null, error) : On(pod, document.RootElement, chosen);
    }

    /// <summary>Finds a pod's node, or says why it has none.</summary>
    public static (StreamTarget? Target, ApiStatus? Error) Find(KubeObject pod)
    {
        using var document = JsonDocument.Parse(pod.Document);
        return On(pod, document.RootElement, "");
    }

    private static (StreamTarget? Target, ApiStatus? Error) On(KubeObject pod, JsonElement root, string container) =>
        root.At("spec", "nodeName").Text() is { Length: > 0 } node
            ? (new StreamTarget(node, pod.Header.Uid, pod.Key.Name, container), null)
            : (null, ApiStatus.BadRequest($"pod {pod.Key.Name} does not have a host assigned"));
}
