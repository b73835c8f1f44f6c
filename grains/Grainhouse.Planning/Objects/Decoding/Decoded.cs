using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Objects;

namespace Grainhouse.Planning.Objects.Decoding;

/// <summary>A document as a tree, or why it is none.</summary>
internal readonly record struct Decoded(JsonObject Document, ApiStatus? Error, ImmutableArray<string> Warnings)
{
    /// <summary><c>metadata.managedFields</c> as it was sent, which is not in the tree; empty for none.</summary>
    public ReadOnlyMemory<byte> ManagedFields { get; init; }

    public static Decoded Failed(ApiStatus error) => new([], error, []);
}
