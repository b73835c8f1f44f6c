using System.Text.Json.Nodes;

namespace Grainhouse.Interfaces.Objects;

/// <summary>The <c>scale</c> subresource of what has replicas, as an autoscaling/v1 Scale.</summary>
public static class ScaleView
{
    /// <summary>Makes the Scale; a fresh tree, with the object's uid, revision (unless 0) and creation time.</summary>
    /// <remarks><c>status.selector</c> is the text form of the object's label selector, for clients that list its pods.</remarks>
    public static JsonObject Of(KubeObject value)
    {
        var root = value.ToMutable();
        var metadata = new JsonObject { ["name"] = value.Key.Name, ["namespace"] = value.Key.Namespace, ["uid"] = value.Header.Uid };
        if (value.Revision > 0)
        {
            metadata["resourceVersion"] = value.Revision.ToString();
        }

        if (root["metadata"]?["creationTimestamp"] is { } created)
        {
            metadata["creationTimestamp"] = created.DeepClone();
        }

        var spec = new JsonObject();
        if (Replicas(root["spec"]) is var replicas && replicas != 0)
        {
            spec["replicas"] = replicas;
        }

        var status = new JsonObject { ["replicas"] = Replicas(root["status"]) };
        if (root["spec"]?["selector"] is JsonObject selector)
        {
            // A ReplicationController is older than label selectors: its selector is the labels themselves.
            status["selector"] = value.Key.Resource == ResourceCatalog.ReplicationControllers.QualifiedName
                ? LabelSelector.FromJson(new JsonObject { ["matchLabels"] = selector.DeepClone() }).ToString()
                : LabelSelector.FromJson(selector).ToString();
        }

        return new JsonObject
        {
            ["kind"] = "Scale", ["apiVersion"] = "autoscaling/v1", ["metadata"] = metadata, ["spec"] = spec, ["status"] = status,
        };
    }

    private static long Replicas(JsonNode? part) =>
        part is JsonObject && part["replicas"] is JsonValue value && value.TryGetValue(out long replicas) ? replicas : 0;
}
