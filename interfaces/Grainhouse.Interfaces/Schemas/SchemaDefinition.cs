using System.Collections.Immutable;

namespace Grainhouse.Interfaces.Schemas;

/// <summary>One definition of the API: a kind, or a part of one. Immutable.</summary>
public sealed class SchemaDefinition
{
    private readonly byte[]?[] names;
    private readonly SchemaProperty[] slots;
    private readonly int mask;
    private SchemaType? type;

    internal SchemaDefinition(string name, string groupVersionKind, ImmutableArray<SchemaProperty> properties)
    {
        Name = name;
        GroupVersionKind = groupVersionKind;
        Properties = properties;
        var size = 4;
        while (size < properties.Length * 2)
        {
            size *= 2;
        }

        names = new byte[]?[size];
        slots = new SchemaProperty[size];
        mask = size - 1;
        foreach (var property in properties)
        {
            var at = Hash(property.Utf8Name) & mask;
            while (names[at] is not null)
            {
                at = (at + 1) & mask;
            }

            names[at] = property.Utf8Name;
            slots[at] = property;
        }
    }

    /// <summary>As in <c>io.k8s.api.apps.v1.Deployment</c>, the name in OpenAPI.</summary>
    public string Name { get; }

    /// <summary><c>group/version/kind</c> of a top-level kind, with an empty group for core (<c>/v1/Pod</c>); empty for a part.</summary>
    public string GroupVersionKind { get; }

    /// <summary>The type of values that have this definition.</summary>
    public SchemaType Type => type ??= new SchemaType(SchemaKind.Object, null, Name);

    /// <summary>The last part of the name, which is the type's name in Go.</summary>
    public string ShortName => Name[(Name.LastIndexOf('.') + 1)..];

    /// <summary>The fields, by name in ordinal order.</summary>
    public ImmutableArray<SchemaProperty> Properties { get; }

    /// <summary>Finds a field by its UTF-8 name; null if the definition has none.</summary>
    public SchemaProperty? Find(ReadOnlySpan<byte> utf8Name)
    {
        var at = Hash(utf8Name) & mask;
        while (names[at] is { } name)
        {
            if (utf8Name.SequenceEqual(name))
            {
                return slots[at];
            }

            at = (at + 1) & mask;
        }

        return null;
    }

    /// <summary>Finds a field by its name; null if the definition has none.</summary>
    public SchemaProperty? Find(string name)
    {
        Span<byte> utf8 = stackalloc byte[128];
        return System.Text.Encoding.UTF8.TryGetBytes(name, utf8, out var length) ? Find(utf8[..length]) : null;
    }

    private static int Hash(ReadOnlySpan<byte> name)
    {
        // FNV-1a.
        var hash = 2166136261u;
        foreach (var b in name)
        {
            hash = (hash ^ b) * 16777619u;
        }

        return (int)(hash ^ (hash >> 15));
    }
}
