using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Text;
using Grainhouse.Interfaces.Objects;

namespace Grainhouse.Interfaces.Schemas;

/// <summary>The types of every kind that is served, and of what they reach: fields, formats, merge keys, required fields.</summary>
/// <remarks>
/// <para>
/// The data is an embedded text (<c>schemas.txt</c>), one line for a definition (<c>name gvk</c>) and an indented one for each field:
/// <c> name[!] type [key=mergeKey] [strategy=…] [list=…] [mapkeys=…]</c>, where <c>!</c> marks a required field and a type is one of
/// <c>any string int32 int64 double bool bytes time microtime quantity intstr</c>, <c>[]type</c>, <c>{}type</c> or
/// <c>@definition</c> (<c>@.Name</c>: in the same package). A generator among the tests writes it from the 1.20 OpenAPI document
/// (merge keys, required fields) and KubernetesClient's models (newer fields); it is never edited by hand.
/// </para>
/// <para>
/// Nothing is read before the first question; then only the names are indexed (about 60 kB are scanned), and each definition is
/// parsed when it is asked for. Safe for any thread.
/// </para>
/// </remarks>
public static class SchemaCatalog
{
    private static readonly Lazy<FrozenDictionary<string, Range>> Index = new(ReadIndex);
    private static readonly ConcurrentDictionary<string, SchemaDefinition> Parsed = new(StringComparer.Ordinal);
    private static readonly Lazy<string> Text = new(() => ReadResource("Grainhouse.Schemas.schemas.txt"));

    /// <summary>The names of all definitions, as in <c>io.k8s.api.core.v1.Pod</c>.</summary>
    public static IEnumerable<string> Names => Index.Value.Keys;

    /// <summary>Finds a definition by name; null if there is none.</summary>
    public static SchemaDefinition? Find(string name)
    {
        if (Parsed.TryGetValue(name, out var definition))
        {
            return definition;
        }

        return Index.Value.TryGetValue(name, out var lines)
            ? Parsed.GetOrAdd(name, SchemaText.Parse(Text.Value.AsSpan(lines)))
            : null;
    }

    /// <summary>The definition of a kind.</summary>
    /// <exception cref="InvalidOperationException">The kind is not in the data: the generator's roots lack it.</exception>
    public static SchemaDefinition For(ResourceDescriptor resource) =>
        Find(resource.Schema) ?? throw new InvalidOperationException($"The schema data has no {resource.Schema}.");

    private static FrozenDictionary<string, Range> ReadIndex()
    {
        var text = Text.Value;
        var index = new Dictionary<string, Range>(256, StringComparer.Ordinal);
        var start = 0;
        while (start < text.Length)
        {
            var next = start;
            do
            {
                next = text.IndexOf('\n', next) + 1;
            }
            while (next > 0 && next < text.Length && text[next] == ' ');
            var name = text.AsSpan(start, text.AsSpan(start).IndexOfAny(' ', '\n'));
            index[name.ToString()] = start..next;
            start = next;
        }

        return index.ToFrozenDictionary(StringComparer.Ordinal);
    }

    private static string ReadResource(string name)
    {
        using var stream = typeof(SchemaCatalog).Assembly.GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
