using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json;

namespace Grainhouse.Interfaces.Objects;

/// <summary>An entry of <c>metadata.ownerReferences</c>.</summary>
public sealed record OwnerReference(string ApiVersion, string Kind, string Name, string Uid, bool Controller, bool BlockOwnerDeletion);

/// <summary>The part of an object's metadata that machinery looks at on every change, read without a typed model.</summary>
public sealed class ObjectHeader
{
    private static readonly FrozenDictionary<string, string> None = FrozenDictionary<string, string>.Empty;

    /// <summary><c>apiVersion</c>, empty if absent.</summary>
    public string ApiVersion { get; private set; } = "";

    /// <summary><c>kind</c>, empty if absent.</summary>
    public string Kind { get; private set; } = "";

    /// <summary><c>metadata.uid</c>, empty if absent.</summary>
    public string Uid { get; private set; } = "";

    /// <summary><c>metadata.generation</c>, 0 if absent.</summary>
    public long Generation { get; private set; }

    /// <summary><c>metadata.creationTimestamp</c>.</summary>
    public DateTimeOffset? CreationTimestamp { get; private set; }

    /// <summary><c>metadata.deletionTimestamp</c>; null for an object that nobody deletes.</summary>
    public DateTimeOffset? DeletionTimestamp { get; private set; }

    /// <summary><c>metadata.labels</c>.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; private set; } = None;

    /// <summary><c>metadata.annotations</c>.</summary>
    public IReadOnlyDictionary<string, string> Annotations { get; private set; } = None;

    /// <summary><c>metadata.finalizers</c>.</summary>
    public ImmutableArray<string> Finalizers { get; private set; } = [];

    /// <summary><c>metadata.ownerReferences</c>.</summary>
    public ImmutableArray<OwnerReference> Owners { get; private set; } = [];

    /// <summary>The owner reference with <c>controller: true</c>, or null.</summary>
    public OwnerReference? Controller => Owners.FirstOrDefault(owner => owner.Controller);

    /// <summary><c>spec.nodeName</c>: the node that a pod is bound to; empty if absent.</summary>
    public string NodeName { get; private set; } = "";

    /// <summary>The byte offset just past the opening brace of <c>metadata</c>.</summary>
    internal int MetadataOffset { get; private set; }

    /// <summary>Reads the header of a document.</summary>
    /// <exception cref="JsonException">The document is not a JSON object.</exception>
    public static ObjectHeader Read(ReadOnlySpan<byte> document)
    {
        var header = new ObjectHeader();
        var reader = new Utf8JsonReader(document);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("metadata"u8))
            {
                reader.Read();
                header.MetadataOffset = (int)reader.BytesConsumed;
                header.ReadMetadata(ref reader);
            }
            else if (reader.ValueTextEquals("kind"u8))
            {
                header.Kind = ReadString(ref reader);
            }
            else if (reader.ValueTextEquals("apiVersion"u8))
            {
                header.ApiVersion = ReadString(ref reader);
            }
            else if (reader.ValueTextEquals("spec"u8))
            {
                header.ReadSpec(ref reader);
            }
            else
            {
                reader.Skip();
            }
        }

        return header;
    }

    private void ReadSpec(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("nodeName"u8))
            {
                NodeName = ReadString(ref reader);
            }
            else
            {
                reader.Skip();
            }
        }
    }

    private void ReadMetadata(ref Utf8JsonReader reader)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("uid"u8))
            {
                Uid = ReadString(ref reader);
            }
            else if (reader.ValueTextEquals("generation"u8))
            {
                reader.Read();
                Generation = reader.TokenType == JsonTokenType.Number ? reader.GetInt64() : 0;
            }
            else if (reader.ValueTextEquals("creationTimestamp"u8))
            {
                CreationTimestamp = ReadTime(ref reader);
            }
            else if (reader.ValueTextEquals("deletionTimestamp"u8))
            {
                DeletionTimestamp = ReadTime(ref reader);
            }
            else if (reader.ValueTextEquals("labels"u8))
            {
                Labels = ReadMap(ref reader);
            }
            else if (reader.ValueTextEquals("annotations"u8))
            {
                Annotations = ReadMap(ref reader);
            }
            else if (reader.ValueTextEquals("finalizers"u8))
            {
                Finalizers = ReadStrings(ref reader);
            }
            else if (reader.ValueTextEquals("ownerReferences"u8))
            {
                Owners = ReadOwners(ref reader);
            }
            else
            {
                reader.Skip();
            }
        }
    }

    private static string ReadString(ref Utf8JsonReader reader)
    {
        reader.Read();
        return reader.TokenType == JsonTokenType.String ? reader.GetString()! : "";
    }

    private static bool ReadBool(ref Utf8JsonReader reader)
    {
        reader.Read();
        return reader.TokenType == JsonTokenType.True;
    }

    private static DateTimeOffset? ReadTime(ref Utf8JsonReader reader)
    {
        reader.Read();
        return reader.TokenType == JsonTokenType.String && reader.TryGetDateTimeOffset(out var time) ? time : null;
    }

    private static IReadOnlyDictionary<string, string> ReadMap(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return None;
        }

        var map = new Dictionary<string, string>(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            map[name] = ReadString(ref reader);
        }

        return map;
    }

    private static ImmutableArray<string> ReadStrings(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            return [];
        }

        var items = ImmutableArray.CreateBuilder<string>();
        while (reader.Read() && reader.TokenType == JsonTokenType.String)
        {
            items.Add(reader.GetString()!);
        }

        return items.ToImmutable();
    }

    private static ImmutableArray<OwnerReference> ReadOwners(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            return [];
        }

        var owners = ImmutableArray.CreateBuilder<OwnerReference>();
        while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
        {
            owners.Add(ReadOwner(ref reader));
        }

        return owners.ToImmutable();
    }

    private static OwnerReference ReadOwner(ref Utf8JsonReader reader)
    {
        var owner = new OwnerReference("", "", "", "", false, false);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            owner = reader.GetString() switch
            {
                "apiVersion" => owner with { ApiVersion = ReadString(ref reader) },
                "kind" => owner with { Kind = ReadString(ref reader) },
                "name" => owner with { Name = ReadString(ref reader) },
                "uid" => owner with { Uid = ReadString(ref reader) },
                "controller" => owner with { Controller = ReadBool(ref reader) },
                "blockOwnerDeletion" => owner with { BlockOwnerDeletion = ReadBool(ref reader) },
                _ => SkipValue(ref reader, owner),
            };
        }

        return owner;
    }

    private static OwnerReference SkipValue(ref Utf8JsonReader reader, OwnerReference owner)
    {
        reader.Skip();
        return owner;
    }
}
