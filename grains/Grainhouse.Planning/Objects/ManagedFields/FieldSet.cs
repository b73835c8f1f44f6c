namespace Grainhouse.Planning.Objects.ManagedFields;

/// <summary>A set of fields of a document, as a tree of path elements (<c>f:name</c>, <c>k:{"name":"x"}</c>, <c>v:"x"</c>). Immutable.</summary>
/// <remarks>
/// After structured-merge-diff's <c>fieldpath.Set</c>. A field can be in the set without what is under it, and the other way round. Every
/// operation gives back the operand itself where it changes nothing of it, so that a caller learns by reference whether it did.
/// </remarks>
internal sealed class FieldSet
{
    private readonly KeyValuePair<string, FieldSet>[] children;

    private FieldSet(bool member, KeyValuePair<string, FieldSet>[] children)
    {
        Member = member;
        this.children = children;
    }

    private delegate FieldSet? Joiner(FieldSet? one, FieldSet? other);

    /// <summary>No field.</summary>
    public static FieldSet Empty { get; } = new(false, []);

    /// <summary>A field, and nothing under it.</summary>
    public static FieldSet Leaf { get; } = new(true, []);

    /// <summary>Whether the field that this node stands for is in the set itself.</summary>
    public bool Member { get; }

    /// <summary>Whether neither the field nor anything under it is in the set.</summary>
    public bool IsEmpty => !Member && children.Length == 0;

    /// <summary>What is under the field, by path element in ordinal order. Nothing in it is empty.</summary>
    public ReadOnlySpan<KeyValuePair<string, FieldSet>> Children => children;

    /// <summary>Makes a node; children come in any order, each element once, none of them empty.</summary>
    public static FieldSet Of(bool member, List<KeyValuePair<string, FieldSet>>? found)
    {
        if (found is not { Count: > 0 })
        {
            return member ? Leaf : Empty;
        }

        var sorted = found.ToArray();
        if (sorted.Length > 1)
        {
            Array.Sort(sorted, static (one, other) => string.CompareOrdinal(one.Key, other.Key));
        }

        return new FieldSet(member, sorted);
    }

    /// <summary>A set of one path.</summary>
    public static FieldSet At(params ReadOnlySpan<string> path)
    {
        var set = Leaf;
        for (var i = path.Length - 1; i >= 0; i--)
        {
            set = new FieldSet(false, [new(path[i], set)]);
        }

        return set;
    }

    /// <summary>What is under the field at an element; null if nothing is.</summary>
    public FieldSet? Find(string element)
    {
        int low = 0, high = children.Length - 1;
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            var order = string.CompareOrdinal(children[middle].Key, element);
            if (order == 0)
            {
                return children[middle].Value;
            }

            (low, high) = order < 0 ? (middle + 1, high) : (low, middle - 1);
        }

        return null;
    }

    /// <summary>The fields of both.</summary>
    public FieldSet Union(FieldSet other) => ReferenceEquals(this, other) ? this : Join(
        Member || other.Member,
        other,
        static (one, two) => one is null ? two : two is null ? one : one.Union(two));

    /// <summary>The fields that both have.</summary>
    public FieldSet Intersection(FieldSet other) => ReferenceEquals(this, other) ? this : Join(
        Member && other.Member,
        other,
        static (one, two) => one is null || two is null ? null : one.Intersection(two));

    /// <summary>These fields without those; what is under a field that goes stays.</summary>
    public FieldSet Difference(FieldSet other) => other.IsEmpty ? this : Join(
        Member && !other.Member,
        other,
        static (one, two) => one is null || two is null ? one : one.Difference(two));

    /// <summary>These fields without those and without what is under those.</summary>
    public FieldSet RecursiveDifference(FieldSet other) => other.IsEmpty ? this : Join(
        Member && !other.Member,
        other,
        static (one, two) => one is null || two is null ? one : two.Member ? null : one.RecursiveDifference(two));

    /// <summary>Whether both have the same fields.</summary>
    public bool SameAs(FieldSet other)
    {
        if (ReferenceEquals(this, other))
        {
            return true;
        }

        if (Member != other.Member || children.Length != other.children.Length)
        {
            return false;
        }

        for (var i = 0; i < children.Length; i++)
        {
            if (children[i].Key != other.children[i].Key || !children[i].Value.SameAs(other.children[i].Value))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The node with the field itself in the set.</summary>
    public FieldSet WithMember() => Member ? this : children.Length == 0 ? Leaf : new FieldSet(true, children);

    /// <summary>The node with other children, given in order and without empty ones.</summary>
    public FieldSet With(List<KeyValuePair<string, FieldSet>> kept) =>
        kept.Count == 0 ? (Member ? Leaf : Empty) : new FieldSet(Member, [.. kept]);

    private FieldSet Join(bool member, FieldSet other, Joiner joiner)
    {
        var joined = new List<KeyValuePair<string, FieldSet>>(Math.Max(children.Length, other.children.Length));
        var same = member == Member;
        int left = 0, right = 0;
        while (left < children.Length || right < other.children.Length)
        {
            var order = left == children.Length ? 1
                : right == other.children.Length ? -1
                : string.CompareOrdinal(children[left].Key, other.children[right].Key);
            var element = order <= 0 ? children[left].Key : other.children[right].Key;
            var mine = order <= 0 ? children[left++].Value : null;
            var value = joiner(mine, order >= 0 ? other.children[right++].Value : null);
            same &= ReferenceEquals(value, mine);
            if (value is { IsEmpty: false })
            {
                joined.Add(new(element, value));
            }
        }

        return same ? this : joined.Count == 0 ? (member ? Leaf : Empty) : new FieldSet(member, [.. joined]);
    }
}
