using System.Collections.Frozen;
using System.IO.Compression;
using System.Text;

namespace Grainhouse.Interfaces.Schemas;

/// <summary>What upstream's API documentation says of definitions and fields: the <c>description</c>s of the OpenAPI documents.</summary>
/// <remarks>Kept apart from <see cref="SchemaCatalog"/>, and compressed, because only <c>kubectl explain</c> reads them.</remarks>
public static class SchemaDescriptions
{
    private static readonly Lazy<FrozenDictionary<string, string>> All = new(Read);

    /// <summary>The words for a definition; empty if there are none.</summary>
    public static string Of(SchemaDefinition definition) => All.Value.GetValueOrDefault(definition.Name, "");

    /// <summary>The words for a field; empty if there are none.</summary>
    public static string Of(SchemaDefinition definition, SchemaProperty property) =>
        All.Value.GetValueOrDefault($"{definition.Name} {property.Name}", "");

    private static FrozenDictionary<string, string> Read()
    {
        using var stream = typeof(SchemaDescriptions).Assembly.GetManifestResourceStream("Grainhouse.Schemas.descriptions.txt.br")!;
        using var reader = new StreamReader(new BrotliStream(stream, CompressionMode.Decompress), Encoding.UTF8);
        var words = new Dictionary<string, string>(StringComparer.Ordinal);
        while (reader.ReadLine() is { } line)
        {
            var tab = line.IndexOf('\t', StringComparison.Ordinal);
            words[line[..tab]] = line[(tab + 1)..];
        }

        return words.ToFrozenDictionary(StringComparer.Ordinal);
    }
}
