using System.Collections.Immutable;
using Grainhouse.Interfaces.Objects;
using Orleans.Concurrency;

namespace Grainhouse.Interfaces.Grains;

/// <summary>How a patch body is to be read.</summary>
public enum PatchType
{
    /// <summary>application/json-patch+json (RFC 6902).</summary>
    Json = 0,

    /// <summary>application/merge-patch+json (RFC 7386).</summary>
    Merge = 1,

    /// <summary>application/strategic-merge-patch+json.</summary>
    StrategicMerge = 2,

    /// <summary>application/apply-patch+yaml, as JSON: server-side apply, which creates the object if there is none.</summary>
    Apply = 3,
}

/// <summary>What to do with fields that the kind does not have (the <c>fieldValidation</c> query parameter).</summary>
public enum FieldValidation
{
    /// <summary>Keep them and say nothing.</summary>
    Ignore = 0,

    /// <summary>Keep them and warn. The server's default.</summary>
    Warn = 1,

    /// <summary>Refuse them (400).</summary>
    Strict = 2,
}

/// <summary>What happens to an object's dependents when it is deleted.</summary>
public enum DeletionPropagation
{
    /// <summary>The object goes first, the collector takes its dependents after it.</summary>
    Background = 0,

    /// <summary>The dependents go first (finalizer <c>foregroundDeletion</c>).</summary>
    Foreground = 1,

    /// <summary>The dependents stay without this owner (finalizer <c>orphan</c>).</summary>
    Orphan = 2,
}

/// <summary>Options of every write.</summary>
[GenerateSerializer, Immutable, Alias("grainhouse.writeoptions")]
public sealed record WriteOptions
{
    /// <summary>Everything as usual, but nothing is kept (<c>dryRun=All</c>).</summary>
    [Id(0)]
    public bool DryRun { get; init; }

    /// <summary>Who writes, as <c>managedFields</c> name it; empty for the cluster itself, whose own objects begin without that list.</summary>
    [Id(1)]
    public string FieldManager { get; init; } = "";

    /// <summary>What to do with unknown and duplicate fields.</summary>
    [Id(2)]
    public FieldValidation FieldValidation { get; init; } = FieldValidation.Warn;

    /// <summary>The subresource that is written (<c>status</c>, <c>scale</c>, <c>binding</c>, <c>finalize</c>); empty for the object itself.</summary>
    [Id(3)]
    public string Subresource { get; init; } = "";

    /// <summary>Whether an apply takes fields that others own.</summary>
    [Id(4)]
    public bool Force { get; init; }

    /// <summary>The <c>apiVersion</c> that the document or patch is written in; empty for the one that the object is stored in.</summary>
    [Id(8)]
    public string Version { get; init; } = "";
}

/// <summary>Options of a deletion (meta/v1 DeleteOptions).</summary>
[GenerateSerializer, Immutable, Alias("grainhouse.deleteoptions")]
public sealed record DeletionOptions
{
    /// <summary>Seconds between the request and the forced end; null for the object's own.</summary>
    [Id(0)]
    public long? GracePeriodSeconds { get; init; }

    /// <summary>What happens to dependents; null for the kind's default (Background).</summary>
    [Id(1)]
    public DeletionPropagation? Propagation { get; init; }

    /// <summary>Refuse (409) unless the object has this uid; null for any.</summary>
    [Id(2)]
    public string? Uid { get; init; }

    /// <summary>Refuse (409) unless the object is at this revision; null for any.</summary>
    [Id(3)]
    public long? Revision { get; init; }

    /// <summary>Everything as usual, but nothing is kept.</summary>
    [Id(4)]
    public bool DryRun { get; init; }
}

/// <summary>What became of a request on one object: the object, or the error.</summary>
[GenerateSerializer, Immutable, Alias("grainhouse.objectresult")]
public sealed record ObjectResult
{
    /// <summary>The object after the request (of a completed deletion its last state); null with an error.</summary>
    [Id(0)]
    public KubeObject? Object { get; init; }

    /// <summary>The error; null if all went well.</summary>
    [Id(1)]
    public ApiStatus? Error { get; init; }

    /// <summary>Whether a deletion was completed: the object no longer exists.</summary>
    [Id(2)]
    public bool Gone { get; init; }

    /// <summary>Words for the user beside the outcome (HTTP Warning headers).</summary>
    [Id(3)]
    public ImmutableArray<string> Warnings { get; init; } = [];

    /// <summary>Whether an apply created the object.</summary>
    [Id(4)]
    public bool Created { get; init; }

    /// <summary>Makes a failure.</summary>
    public static ObjectResult Failed(ApiStatus error) => new() { Error = error };
}

/// <summary>Every object is one of these: the only writer of its document. Key: the text form of its <see cref="ObjectKey"/>.</summary>
/// <remarks>
/// Expected failures are results, never exceptions. Writes of one object are taken one after the other; each is durable when
/// it is answered. A duplicate activation loses by its expected revision and deactivates itself.
/// </remarks>
[Alias("grainhouse.objectgrain")]
public interface IObjectGrain : IGrainWithStringKey
{
    /// <summary>The object as last committed; null if there is none.</summary>
    [AlwaysInterleave, Alias("get")]
    ValueTask<KubeObject?> GetAsync();

    /// <summary>Creates the object from a document as the user sent it (UTF-8 JSON; its name is the key's).</summary>
    [Alias("create")]
    Task<ObjectResult> CreateAsync(ReadOnlyMemory<byte> document, WriteOptions options);

    /// <summary>Replaces the object, or its subresource, by a document as the user sent it.</summary>
    [Alias("update")]
    Task<ObjectResult> UpdateAsync(ReadOnlyMemory<byte> document, WriteOptions options);

    /// <summary>Patches the object or its subresource; an apply to an object that is not there creates it.</summary>
    [Alias("patch")]
    Task<ObjectResult> PatchAsync(PatchType type, ReadOnlyMemory<byte> patch, WriteOptions options);

    /// <summary>Deletes the object: at once, or gracefully, or when its finalizers are gone.</summary>
    [Alias("delete")]
    Task<ObjectResult> DeleteAsync(DeletionOptions options);

    /// <summary>Deletes the pod, unless the disruption budget that covers it does not allow that now (429; two budgets: 500).</summary>
    [Alias("evict")]
    Task<ObjectResult> EvictAsync(DeletionOptions options);
}
