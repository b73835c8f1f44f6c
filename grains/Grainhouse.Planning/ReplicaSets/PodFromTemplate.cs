using System.Text.Json;
using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning.Documents;

namespace Grainhouse.Planning.ReplicaSets;

/// <summary>Makes the documents of pods of one template. The pods share the template's parsed text; nothing is copied.</summary>
internal sealed class PodFromTemplate(KubeObject owner, JsonElement template)
{
    private static readonly string[] Inherited = ["labels", "annotations", "finalizers"];

    /// <summary>What the pods' names start with.</summary>
    public string GenerateName { get; } = owner.Key.Name + "-";

    /// <summary>A pod's document.</summary>
    public JsonObject Make(string name)
    {
        var metadata = new JsonObject
        {
            ["name"] = name,
            ["generateName"] = GenerateName,
            ["namespace"] = owner.Key.Namespace,
        };
        if (Member(template, "metadata") is { } templateMetadata)
        {
            foreach (var inherited in Inherited)
            {
                if (Member(templateMetadata, inherited) is { } value)
                {
                    metadata[inherited] = Node(value);
                }
            }
        }

        metadata["ownerReferences"] =
            new JsonArray(OwnerReferences.Controller(ResourceCatalog.ReplicaSets, owner.Key.Name, owner.Header.Uid));
        return new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Pod",
            ["metadata"] = metadata,
            ["spec"] = Member(template, "spec") is { } spec ? Node(spec) : new JsonObject(),
        };
    }

    private static JsonElement? Member(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) ? value : null;

    private static JsonNode? Node(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => JsonObject.Create(element),
        JsonValueKind.Array => JsonArray.Create(element),
        _ => null,
    };
}
