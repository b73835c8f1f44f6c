namespace Grainhouse.Planning.Objects.ManagedFields;

/// <summary>Where two documents differ.</summary>
/// <param name="Changed">Fields that are new or have another value.</param>
/// <param name="Removed">Fields that are gone.</param>
internal readonly record struct FieldChanges(FieldSet Changed, FieldSet Removed)
{
    public static FieldChanges None { get; } = new(FieldSet.Empty, FieldSet.Empty);

    public bool Any => !Changed.IsEmpty || !Removed.IsEmpty;
}
