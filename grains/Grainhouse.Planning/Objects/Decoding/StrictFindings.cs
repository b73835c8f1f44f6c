namespace Grainhouse.Planning.Objects.Decoding;

/// <summary>What strict reading finds in a document: unknown and duplicate fields, each named once.</summary>
/// <remarks>
/// No more than a hundred are looked at, as in sigs.k8s.io/json: each is named with its whole path, so that all of them could be as
/// many bytes as the square of the document's.
/// </remarks>
internal struct StrictFindings
{
    private const int Most = 100;

    private int count;

    /// <summary>The words for each, as <c>unknown field "spec.foo"</c>; null for none.</summary>
    public List<string>? Words { get; private set; }

    /// <summary>A field is there twice.</summary>
    /// <param name="path">Its path.</param>
    public void Duplicate(in DecodePath path)
    {
        if (count++ < Most)
        {
            Add($"duplicate field \"{path.Full()}\"");
        }
    }

    /// <summary>A field is not in the schema.</summary>
    /// <param name="path">The path of the object that has it.</param>
    /// <param name="name">Its name.</param>
    public void Unknown(in DecodePath path, string name)
    {
        if (count++ < Most)
        {
            Add($"unknown field \"{path.Full(name)}\"");
        }
    }

    private void Add(string words)
    {
        Words ??= [];
        if (!Words.Contains(words))
        {
            Words.Add(words);
        }
    }
}
