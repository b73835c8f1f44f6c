using System.Text.Json;
using System.Text.Json.Nodes;

namespace Grainhouse.Client;

/// <summary>The annotation in which <c>apply</c> remembers the manifest, the same that kubectl uses.</summary>
internal static class LastApplied
{
    private const string Annotation = "kubectl.kubernetes.io/last-applied-configuration";

    /// <summary>A copy of the manifest that carries itself.</summary>
    public static JsonObject Annotate(JsonObject manifest)
    {
        var bare = (JsonObject)manifest.DeepClone();
        AnnotationsOf(bare).Remove(Annotation);
        var annotated = (JsonObject)bare.DeepClone();
        AnnotationsOf(annotated)[Annotation] = bare.ToJsonString() + "\n";
        return annotated;
    }

    /// <summary>The manifest that was last applied; null if none was.</summary>
    public static JsonObject? Read(JsonObject live)
    {
        try
        {
            return live["metadata"]?["annotations"]?[Annotation] is JsonValue text ? JsonNode.Parse((string)text!) as JsonObject : null;
        }
        catch (JsonException)
        {
            // Someone broke the annotation: then nothing is known to have been applied, and nothing is removed.
            return null;
        }
    }

    private static JsonObject AnnotationsOf(JsonObject manifest)
    {
        var metadata = Child(manifest, "metadata");
        return Child(metadata, "annotations");
    }

    private static JsonObject Child(JsonObject parent, string name)
    {
        if (parent[name] is not JsonObject child)
        {
            parent[name] = child = [];
        }

        return child;
    }
}
