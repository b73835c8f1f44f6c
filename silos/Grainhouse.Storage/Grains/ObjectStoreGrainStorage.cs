using System.Globalization;
using Grainhouse.Interfaces.Storage;
using Orleans.Runtime;
using Orleans.Serialization.Serializers;
using Orleans.Storage;

namespace Grainhouse.Storage.Grains;

/// <summary>Orleans' grain state in the object store. Key: <c>_grains/stateName/grainId</c>; the etag is the revision.</summary>
/// <remarks>A write names the revision that it replaces, so of two activations of one grain only one can commit; the other gets <see cref="InconsistentStateException"/>.</remarks>
public sealed class ObjectStoreGrainStorage(IObjectStore store, IGrainStorageSerializer serializer, IActivatorProvider activators) : IGrainStorage
{
    /// <inheritdoc/>
    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        if (await store.ReadAsync(Key(stateName, grainId)) is { } found)
        {
            grainState.State = serializer.Deserialize<T>(BinaryData.FromBytes(found.Document));
            grainState.ETag = ETag(found.Revision);
            grainState.RecordExists = true;
            return;
        }

        Empty(grainState);
    }

    /// <inheritdoc/>
    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var document = serializer.Serialize(grainState.State).ToMemory();
        var outcome = await CommitAsync(new StoreWrite(Key(stateName, grainId), Revision(grainState.ETag), document));
        if (!outcome.Committed)
        {
            throw Inconsistent(stateName, grainId, grainState.ETag, outcome.Revision);
        }

        grainState.ETag = ETag(outcome.Revision);
        grainState.RecordExists = true;
    }

    /// <inheritdoc/>
    public async Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var expected = Revision(grainState.ETag);
        var outcome = await CommitAsync(StoreWrite.Deletion(Key(stateName, grainId), expected));

        // Nothing there and nothing expected: clearing twice is no conflict.
        if (!outcome.Committed && !(expected == 0 && outcome.Revision == 0))
        {
            throw Inconsistent(stateName, grainId, grainState.ETag, outcome.Revision);
        }

        Empty(grainState);
    }

    private static string Key(string stateName, GrainId grainId) => $"_grains/{Uri.EscapeDataString(stateName)}/{grainId}";

    private static string ETag(long revision) => revision.ToString(CultureInfo.InvariantCulture);

    private static long Revision(string? etag) => string.IsNullOrEmpty(etag) ? 0 : long.Parse(etag, CultureInfo.InvariantCulture);

    private static InconsistentStateException Inconsistent(string stateName, GrainId grainId, string? etag, long stored) =>
        new($"State '{stateName}' of {grainId} was written by another activation.", stored == 0 ? "none" : ETag(stored), etag ?? "none");

    private async Task<WriteOutcome> CommitAsync(StoreWrite write) => (await store.CommitAsync([write]))[0];

    private void Empty<T>(IGrainState<T> grainState)
    {
        grainState.State = activators.GetActivator<T>().Create();
        grainState.ETag = null!;
        grainState.RecordExists = false;
    }
}
