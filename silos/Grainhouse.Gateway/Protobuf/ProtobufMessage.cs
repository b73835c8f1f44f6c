using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text;

namespace Grainhouse.Gateway.Protobuf;

/// <summary>Where a property of JSON goes in a message.</summary>
/// <param name="Field">The field.</param>
/// <param name="Number">Its number.</param>
/// <param name="Around">The numbers of the inline messages around it, outermost first; mostly none.</param>
internal sealed record ProtobufPlace(ProtobufField Field, int Number, ImmutableArray<int> Around);

/// <summary>A message: its fields by number, for reading, and by name, for writing.</summary>
internal sealed class ProtobufMessage
{
    // Longer than any name in the table.
    private const int LongestName = 64;

    private readonly FrozenDictionary<int, ProtobufField> byNumber;
    private FrozenDictionary<string, ProtobufPlace> byName = FrozenDictionary<string, ProtobufPlace>.Empty;

    public ProtobufMessage(Dictionary<int, ProtobufField> fields) => byNumber = fields.ToFrozenDictionary();

    /// <summary>A message without fields.</summary>
    public static ProtobufMessage Empty { get; } = new([]);

    /// <summary>The field of a message whose JSON is a list; null for all others.</summary>
    public ProtobufField? Whole { get; private set; }

    /// <summary>All fields, by number.</summary>
    public IEnumerable<KeyValuePair<int, ProtobufField>> Fields => byNumber;

    /// <summary>A field by number; null if there is none.</summary>
    public ProtobufField? Find(int number) => byNumber.GetValueOrDefault(number);

    /// <summary>A field by its name in JSON, in UTF-8 without escapes; null if there is none.</summary>
    public ProtobufPlace? Find(ReadOnlySpan<byte> name)
    {
        if (name.Length > LongestName)
        {
            return null;
        }

        Span<char> text = stackalloc char[LongestName];
        return byName.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(text[..Encoding.UTF8.GetChars(name, text)], out var place) ? place : null;
    }

    /// <summary>Prepares for writing. All messages are known by now.</summary>
    public void Complete()
    {
        Whole = byNumber.Values.FirstOrDefault(field => field.Whole);
        var places = new Dictionary<string, ProtobufPlace>(StringComparer.Ordinal);
        AddPlaces(places, []);
        byName = places.ToFrozenDictionary(StringComparer.Ordinal);
    }

    private void AddPlaces(Dictionary<string, ProtobufPlace> places, ImmutableArray<int> around)
    {
        foreach (var (number, field) in byNumber)
        {
            if (field.Inline)
            {
                field.Target.AddPlaces(places, around.Add(number));
            }
            else
            {
                places.Add(field.Name, new ProtobufPlace(field, number, around));
            }
        }
    }
}
