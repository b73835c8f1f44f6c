using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Objects;

namespace Grainhouse.Planning.Objects.Json;

/// <summary>Stored documents as trees.</summary>
internal static class KubeObjectTrees
{
    /// <summary>A fresh tree of the document, without a resourceVersion.</summary>
    public static JsonObject ToTree(this KubeObject value) => (JsonObject)JsonTree.Parse(value.Document.Span)!;
}
