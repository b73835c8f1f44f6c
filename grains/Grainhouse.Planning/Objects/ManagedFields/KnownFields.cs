using Grainhouse.Planning.Objects.Validation;

namespace Grainhouse.Planning.Objects.ManagedFields;

/// <summary>Who owns what before a write: as the object says, or as the client says who edits the list itself.</summary>
internal sealed class KnownFields
{
    private readonly List<ManagedEntry> edited = [];

    /// <summary>Settles which list counts. After upstream's <c>decodeLiveOrNew</c>.</summary>
    /// <param name="live">The object's list; empty for none.</param>
    /// <param name="given">The list in the document that was sent; empty for none.</param>
    /// <param name="subresource">What is written: only a write of the object itself can edit the list.</param>
    public KnownFields(ReadOnlyMemory<byte> live, ReadOnlyMemory<byte> given, string subresource)
    {
        Live = live;
        Current = live;
        if (given.IsEmpty || subresource.Length > 0 || given.Span.SequenceEqual(live.Span))
        {
            return;
        }

        try
        {
            var entries = ManagedEntries.Read(given, canonical: false);
            if (entries.Count == 1 && IsBlank(entries[0]))
            {
                Current = default;
            }
            else if (entries.Count > 0)
            {
                edited = entries.FindAll(entry => !entry.Fields.IsEmpty);
                Current = ManagedEntries.Write([.. edited]);
            }
        }
        catch (FormatException)
        {
            // As upstream: a list that cannot be read is no reason to refuse the rest of the write, nor to forget the one that there is.
            Current = live;
        }
    }

    /// <summary>The object's list.</summary>
    public ReadOnlyMemory<byte> Live { get; }

    /// <summary>The list that counts.</summary>
    public ReadOnlyMemory<byte> Current { get; }

    /// <summary>Finds what is wrong with a list that the client edited.</summary>
    public void Validate(FieldErrors errors)
    {
        for (var i = 0; i < edited.Count; i++)
        {
            if (edited[i].Operation is not (ManagedEntry.Applied or ManagedEntry.Updated))
            {
                errors.Invalid(FieldPath.Metadata.Child("managedFields").Index(i).Child("operation"), edited[i].Operation, "must be `Apply` or `Update`");
            }
        }
    }

    // A client's way to have the list forgotten.
    private static bool IsBlank(ManagedEntry entry) =>
        entry is { Manager: "", Operation: "", ApiVersion: "", Subresource: "", Time: null, Raw.IsEmpty: true };
}
