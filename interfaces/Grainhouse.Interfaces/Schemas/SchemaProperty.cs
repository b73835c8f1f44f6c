using System.Collections.Immutable;

namespace Grainhouse.Interfaces.Schemas;

/// <summary>How a list or object merges in a strategic merge patch (<c>x-kubernetes-patch-strategy</c>).</summary>
[Flags]
public enum PatchStrategies
{
    /// <summary>A list is replaced, an object's fields are merged.</summary>
    None = 0,

    /// <summary>A list's items are merged, by the merge key or, of plain values, as a set.</summary>
    Merge = 1,

    /// <summary>Fields that the patch's <c>$retainKeys</c> does not name are dropped.</summary>
    RetainKeys = 2,
}

/// <summary>One field of a definition. Immutable.</summary>
public sealed class SchemaProperty
{
    internal SchemaProperty(string name, SchemaType type, bool required)
    {
        Name = name;
        Type = type;
        Required = required;
    }

    /// <summary>As in JSON.</summary>
    public string Name { get; }

    /// <summary>What it holds.</summary>
    public SchemaType Type { get; }

    /// <summary>Whether the published schema requires it.</summary>
    public bool Required { get; }

    /// <summary>The field that tells a list's items apart in a strategic merge patch (<c>x-kubernetes-patch-merge-key</c>); empty for none.</summary>
    public string MergeKey { get; internal init; } = "";

    /// <summary><c>x-kubernetes-patch-strategy</c>.</summary>
    public PatchStrategies Strategies { get; internal init; }

    /// <summary><c>x-kubernetes-list-type</c>: <c>atomic</c>, <c>set</c> or <c>map</c>; empty if upstream says nothing.</summary>
    public string ListType { get; internal init; } = "";

    /// <summary><c>x-kubernetes-list-map-keys</c>.</summary>
    public ImmutableArray<string> ListMapKeys { get; internal init; } = [];

    /// <summary>What of it can be owned by itself in server-side apply.</summary>
    /// <remarks>As upstream, a list that says nothing of itself merges as it does in a strategic merge patch.</remarks>
    public FieldShape Shape { get; internal init; }

    /// <summary>The fields that tell the items of a <see cref="FieldShape.Keyed"/> list apart, in ordinal order.</summary>
    public ImmutableArray<string> Keys { get; internal init; } = [];

    /// <summary>The field as an element of a FieldsV1 path: <c>f:name</c>.</summary>
    public string PathElement { get; internal init; } = "";

    /// <summary>The name as UTF-8.</summary>
    internal byte[] Utf8Name { get; init; } = [];
}
