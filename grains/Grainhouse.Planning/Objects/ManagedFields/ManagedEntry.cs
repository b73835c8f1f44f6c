using System.Text.Json;

namespace Grainhouse.Planning.Objects.ManagedFields;

/// <summary>One entry of <c>metadata.managedFields</c>: who wrote which fields, how and when.</summary>
/// <remarks>The fields are kept as they were read and decoded when they are first asked for; most entries of most writes never are.</remarks>
internal sealed class ManagedEntry
{
    public const string Applied = "Apply";
    public const string Updated = "Update";

    private readonly bool canonical;
    private FieldSet? fields;

    /// <summary>An entry with a set of fields.</summary>
    public ManagedEntry(string manager, string operation, string apiVersion, string subresource, string? time, FieldSet fields)
    {
        Manager = manager;
        Operation = operation;
        ApiVersion = apiVersion;
        Subresource = subresource;
        Time = time;
        this.fields = fields;
    }

    /// <summary>An entry as it was read.</summary>
    /// <param name="manager">Who wrote.</param>
    /// <param name="operation">How.</param>
    /// <param name="apiVersion">The version that the fields are named in.</param>
    /// <param name="subresource">What was written; empty for the object itself.</param>
    /// <param name="time">When.</param>
    /// <param name="raw">FieldsV1; empty for no fields.</param>
    /// <param name="canonical">Whether the server wrote it.</param>
    public ManagedEntry(string manager, string operation, string apiVersion, string subresource, string? time, ReadOnlyMemory<byte> raw, bool canonical)
        : this(manager, operation, apiVersion, subresource, time, FieldSet.Empty)
    {
        Raw = raw;
        this.canonical = canonical;
        fields = raw.IsEmpty ? FieldSet.Empty : null;
    }

    public string Manager { get; }

    public string Operation { get; }

    public string ApiVersion { get; }

    public string Subresource { get; }

    /// <summary>RFC 3339; null if the entry does not say.</summary>
    public string? Time { get; }

    /// <summary>FieldsV1 as it was read; empty for an entry that was made.</summary>
    public ReadOnlyMemory<byte> Raw { get; }

    /// <summary>Whether <see cref="Raw"/> is as the server would write the fields.</summary>
    public bool IsCanonical => canonical && !Raw.IsEmpty;

    public bool IsApplied => Operation == Applied;

    /// <summary>The fields.</summary>
    /// <exception cref="FormatException">They are no FieldsV1.</exception>
    public FieldSet Fields => fields ??= Decode();

    /// <summary>Whether two entries are one manager's: an applier is the same in all versions.</summary>
    public bool IsOf(ManagedEntry other) =>
        Manager == other.Manager && Operation == other.Operation && Subresource == other.Subresource && (IsApplied || ApiVersion == other.ApiVersion);

    /// <summary>The entry with other fields; the entry itself if they are the same set.</summary>
    public ManagedEntry With(FieldSet set) => ReferenceEquals(set, Fields) ? this : new(Manager, Operation, ApiVersion, Subresource, Time, set);

    /// <summary>The entry at another time and with these fields.</summary>
    public ManagedEntry At(string? time, FieldSet set) => ReferenceEquals(set, Fields)
        ? new(Manager, Operation, ApiVersion, Subresource, time, Raw, canonical) { fields = set }
        : new(Manager, Operation, ApiVersion, Subresource, time, set);

    /// <summary>The manager as messages show it.</summary>
    public string Words() =>
        $"\"{Manager}\"{(Subresource.Length > 0 ? $" with subresource \"{Subresource}\"" : "")}{(IsApplied ? "" : $" using {ApiVersion}")}";

    private FieldSet Decode()
    {
        var reader = new Utf8JsonReader(Raw.Span);
        reader.Read();
        return FieldSetJson.Read(ref reader, canonical);
    }
}
