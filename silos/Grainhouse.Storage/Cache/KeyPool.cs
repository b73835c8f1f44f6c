using Grainhouse.Interfaces.Objects;

namespace Grainhouse.Storage.Cache;

/// <summary>Parses keys and keeps each resource and namespace name once: a million pods share two strings.</summary>
internal sealed class KeyPool
{
    private readonly HashSet<string> names = new(StringComparer.Ordinal);
    private readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> lookup;

    public KeyPool() => lookup = names.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Whether a key is of the store's own and names no object.</summary>
    public static bool IsInternal(string key) => key.StartsWith('_');

    /// <summary>Parses the text form of a key.</summary>
    public ObjectKey Parse(string text)
    {
        var first = text.IndexOf('/', StringComparison.Ordinal);
        var second = first < 0 ? -1 : text.IndexOf('/', first + 1);
        return second < 0
            ? ObjectKey.Parse(text)
            : new ObjectKey(Share(text.AsSpan(0, first)), Share(text.AsSpan(first + 1, second - first - 1)), text[(second + 1)..]);
    }

    private string Share(ReadOnlySpan<char> name)
    {
        if (!lookup.TryGetValue(name, out var shared))
        {
            shared = name.ToString();
            names.Add(shared);
        }

        return shared;
    }
}
