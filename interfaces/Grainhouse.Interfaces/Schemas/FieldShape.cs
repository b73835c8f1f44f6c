namespace Grainhouse.Interfaces.Schemas;

/// <summary>What of a field can be owned and merged by itself in server-side apply.</summary>
public enum FieldShape
{
    /// <summary>Nothing: the value is owned and replaced as a whole (a scalar, an atomic list, an atomic map).</summary>
    Whole = 0,

    /// <summary>Each member of an object or map.</summary>
    Members = 1,

    /// <summary>Each item of a list of plain values.</summary>
    Set = 2,

    /// <summary>Each item of a list of objects that <see cref="SchemaProperty.Keys"/> tell apart.</summary>
    Keyed = 3,

    /// <summary>What the value itself shows: each member if it is an object, else nothing.</summary>
    AsFound = 4,
}
