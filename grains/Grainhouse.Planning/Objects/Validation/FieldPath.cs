using System.Text;

namespace Grainhouse.Planning.Objects.Validation;

/// <summary>A field's place in a document. Costs one small object a step; words are made only for an error.</summary>
internal sealed class FieldPath
{
    private readonly FieldPath? parent;
    private readonly string? name;
    private readonly string? key;
    private readonly int index;

    private FieldPath(FieldPath? parent, string? name, string? key, int index)
    {
        this.parent = parent;
        this.name = name;
        this.key = key;
        this.index = index;
    }

    public static FieldPath Metadata { get; } = new(null, "metadata", null, -1);

    public static FieldPath Spec { get; } = new(null, "spec", null, -1);

    public static FieldPath Root(string name) => new(null, name, null, -1);

    /// <summary>A member: <c>.name</c>.</summary>
    public FieldPath Child(string member) => new(this, member, null, -1);

    /// <summary>A list item: <c>[3]</c>.</summary>
    public FieldPath Index(int at) => new(this, null, null, at);

    /// <summary>A map entry: <c>[key]</c>.</summary>
    public FieldPath Key(string entry) => new(this, null, entry, -1);

    public override string ToString()
    {
        var text = new StringBuilder();
        Append(text);
        return text.ToString();
    }

    private void Append(StringBuilder text)
    {
        parent?.Append(text);
        if (name is not null)
        {
            if (parent is not null)
            {
                text.Append('.');
            }

            text.Append(name);
        }
        else if (key is not null)
        {
            text.Append('[').Append(key).Append(']');
        }
        else
        {
            text.Append('[').Append(index).Append(']');
        }
    }
}
