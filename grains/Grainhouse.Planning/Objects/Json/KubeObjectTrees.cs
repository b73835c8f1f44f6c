using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Interfaces.Schemas;
using Grainhouse.Planning.Objects.Decoding;

namespace Grainhouse.Planning.Objects.Json;

/// <summary>Stored documents as trees, and back.</summary>
internal static class KubeObjectTrees
{
    /// <summary>A fresh tree of the document, without a resourceVersion and without managedFields.</summary>
    public static JsonObject ToTree(this KubeObject value, ResourceDescriptor resource) => ToTree(value, resource, out _);

    /// <summary>A fresh tree of the document, without a resourceVersion; managedFields as they stand there, empty for none.</summary>
    public static JsonObject ToTree(this KubeObject value, ResourceDescriptor resource, out ReadOnlyMemory<byte> managedFields)
    {
        // Read by the schema, because then the names in the tree are the schema's own strings.
        var reader = new SchemaReader(value.Document.Span);
        var root = reader.Read(SchemaCatalog.For(resource))!;
        managedFields = value.Document[reader.ManagedFields];
        return root;
    }

    /// <summary>The object that a tree stands for, not yet committed.</summary>
    public static KubeObject ToObject(this JsonObject root, ObjectKey key, ReadOnlyMemory<byte> managedFields, long revision = 0) =>
        new(key, revision, JsonTree.Write(root, managedFields.Span));
}
