using Grainhouse.Interfaces.Objects;

namespace Grainhouse.Storage.Cache;

/// <summary>Parses keys and keeps each resource and namespace name once: a million pods share two strings.</summary>
internal sealed class KeyPool
{
    private readonly HashSet<string> names = new(StringComparer.Ordinal);
    private readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> lookup;

    public KeyPool() => lookup = names.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Whether a key names an object: the store's own keys start with <c>_</c> and have any form.</summary>
    public static bool NamesObject(string key)
    {
        var first = key.IndexOf('/', StringComparison.Ordinal);
        return first > 0 && key[0] != '_' && key.AsSpan(first + 1).Contains('/');
    }

    /// <summary>Parses the text form of a key that names an object.</summary>
    public ObjectKey Parse(string text)
    {
        var first = text.IndexOf('/', StringComparison.Ordinal);
        var second = text.IndexOf('/', first + 1);
        return new ObjectKey(Share(text.AsSpan(0, first)), Share(text.AsSpan(first + 1, second - first - 1)), text[(second + 1)..]);
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
