using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Interfaces.Schemas;
using Grainhouse.Planning.Objects.Decoding;

namespace Grainhouse.Planning.Objects.Json;

/// <summary>Stored documents as trees.</summary>
internal static class KubeObjectTrees
{
    /// <summary>A fresh tree of the document, without a resourceVersion.</summary>
    public static JsonObject ToTree(this KubeObject value, ResourceDescriptor resource)
    {
        // Read by the schema, because then the names in the tree are the schema's own strings.
        var reader = new SchemaReader(value.Document.Span);
        return reader.Read(SchemaCatalog.For(resource))!;
    }
}
