using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;
using Grainhouse.Interfaces.Objects;

namespace Grainhouse.Planning.Scheduling;

/// <summary>A pod that was admitted and was not yet known to be bound when the fence was written.</summary>
/// <param name="Key">The pod's key.</param>
/// <param name="Uid">The pod's uid.</param>
public readonly record struct FencedPod(ObjectKey Key, string Uid);

/// <summary>The document by which activations of one node's ledger exclude each other.</summary>
/// <remarks>Form: <c>{"inFlight":[["namespace","name","uid"],...]}</c>.</remarks>
public static class LedgerFence
{
    private static readonly string Pods = ResourceCatalog.Pods.QualifiedName;

    /// <summary>The internal key of a node's fence.</summary>
    public static string Key(string node) => $"_ledger/{node}";

    /// <summary>Reads a fence.</summary>
    /// <exception cref="JsonException">It is not one.</exception>
    public static ImmutableArray<FencedPod> Read(ReadOnlyMemory<byte> document)
    {
        using var parsed = JsonDocument.Parse(document);
        var pods = ImmutableArray.CreateBuilder<FencedPod>();
        foreach (var entry in parsed.RootElement.GetProperty("inFlight").EnumerateArray())
        {
            pods.Add(new FencedPod(new ObjectKey(Pods, entry[0].GetString()!, entry[1].GetString()!), entry[2].GetString()!));
        }

        return pods.ToImmutable();
    }

    internal static ReadOnlyMemory<byte> Write(IEnumerable<FencedPod> pods)
    {
        var output = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(output))
        {
            writer.WriteStartObject();
            writer.WriteStartArray("inFlight");
            foreach (var (key, uid) in pods)
            {
                writer.WriteStartArray();
                writer.WriteStringValue(key.Namespace);
                writer.WriteStringValue(key.Name);
                writer.WriteStringValue(uid);
                writer.WriteEndArray();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return output.WrittenMemory;
    }
}
