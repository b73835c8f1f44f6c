using Google.Protobuf;
using k8s;
using k8s.Models;

namespace Grainhouse.HostAgent.Nodes;

/// <summary>Reads the pods that orders carry.</summary>
internal static class OrderParser
{
    /// <summary>The pod; fails with a JsonException where it is none.</summary>
    public static V1Pod Parse(ByteString document)
    {
        using var stream = new MemoryStream(document.ToByteArray(), writable: false);
        var pod = KubernetesJson.Deserialize<V1Pod>(stream);
        if (pod?.Metadata is null || pod.Spec?.Containers is null)
        {
            throw new System.Text.Json.JsonException("a pod has metadata and spec.containers");
        }

        return pod;
    }
}
