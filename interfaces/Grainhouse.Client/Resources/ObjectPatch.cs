using System.Text;
using System.Text.Json.Nodes;

namespace Grainhouse.Client;

/// <summary>A change to an object, as a document.</summary>
public sealed class ObjectPatch
{
    private ObjectPatch(string contentType, string body)
    {
        ContentType = contentType;
        Body = Encoding.UTF8.GetBytes(body);
    }

    internal string ContentType { get; }

    internal ReadOnlyMemory<byte> Body { get; }

    /// <summary>RFC 7386: objects merge, null removes, a list replaces the list.</summary>
    public static ObjectPatch Merge(JsonObject patch) => new("application/merge-patch+json", patch.ToJsonString());

    /// <summary>As <see cref="Merge"/>, but lists merge by their keys, as the kind says. For built-in kinds only.</summary>
    public static ObjectPatch StrategicMerge(JsonObject patch) => new("application/strategic-merge-patch+json", patch.ToJsonString());

    /// <summary>RFC 6902: steps such as <c>{"op":"replace","path":"/spec/replicas","value":3}</c>, all or none.</summary>
    public static ObjectPatch Json(JsonArray steps) => new("application/json-patch+json", steps.ToJsonString());
}
