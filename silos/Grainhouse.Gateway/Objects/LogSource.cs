using System.Text.Json;
using Grainhouse.Gateway.Tables;
using Grainhouse.Interfaces.Objects;

namespace Grainhouse.Gateway.Objects;

/// <summary>Where a container's log is.</summary>
/// <param name="Node">The pod's node; empty while it has none.</param>
/// <param name="PodUid">The pod's uid.</param>
/// <param name="Container">The container.</param>
internal sealed record LogSource(string Node, string PodUid, string Container)
{
    /// <summary>Finds it, or says in kube-apiserver's and the kubelet's words why there is none.</summary>
    /// <param name="pod">The pod.</param>
    /// <param name="asked">The container; empty where the pod has only one.</param>
    /// <param name="previous">Whether the log of the container's last instance is meant.</param>
    public static (LogSource? Source, ApiStatus? Error) Find(KubeObject pod, string asked, bool previous)
    {
        using var document = JsonDocument.Parse(pod.Document);
        var root = document.RootElement;
        var spec = root.At("spec");
        var (container, error) = PodContainers.Choose(spec, pod.Key.Name, asked);
        if (error is not null)
        {
            return (null, error);
        }

        var node = spec.At("nodeName").Text();
        return node.Length > 0 && WhyNot(root.At("status"), pod.Key.Name, container, previous) is { } why
            ? (null, ApiStatus.BadRequest(why))
            : (new LogSource(node, pod.Header.Uid, container), null);
    }

    private static string? WhyNot(JsonElement status, string pod, string container, bool previous)
    {
        var state = StateOf(status, container);
        if (!state.Exists())
        {
            return $"container \"{container}\" in pod \"{pod}\" is not available";
        }

        var hasLast = state.At("lastState", "terminated").Exists();
        if (previous)
        {
            return hasLast ? null : $"previous terminated container \"{container}\" in pod \"{pod}\" not found";
        }

        if (hasLast || state.At("state", "running").Exists() || state.At("state", "terminated").Exists())
        {
            return null;
        }

        return state.At("state", "waiting").At("reason").TextOr("ContainerCreating") switch
        {
            "ErrImagePull" => $"container \"{container}\" in pod \"{pod}\" is waiting to start: image can't be pulled",
            "ImagePullBackOff" => $"container \"{container}\" in pod \"{pod}\" is waiting to start: trying and failing to pull image",
            var reason => $"container \"{container}\" in pod \"{pod}\" is waiting to start: {reason}",
        };
    }

    private static JsonElement StateOf(JsonElement status, string container)
    {
        foreach (var list in (ReadOnlySpan<string>)["containerStatuses", "initContainerStatuses", "ephemeralContainerStatuses"])
        {
            foreach (var entry in status.At(list).Items())
            {
                if (entry.At("name").Text() == container)
                {
                    return entry;
                }
            }
        }

        return default;
    }
}
