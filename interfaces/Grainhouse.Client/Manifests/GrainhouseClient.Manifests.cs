using System.Text.Json.Nodes;

namespace Grainhouse.Client;

/// <content>What tools do with manifests: objects of any kind, named as they name themselves.</content>
public sealed partial class GrainhouseClient
{
    /// <summary>Reads one object; null if there is none.</summary>
    public async Task<JsonObject?> GetAsync(ObjectReference reference, CancellationToken cancellationToken = default) =>
        await Resource(reference.ApiVersion, reference.Kind).GetAsync(reference.Name, reference.Namespace, cancellationToken);

    /// <summary>Reads all objects of a kind, in one namespace or (null) in all.</summary>
    public async Task<IReadOnlyList<JsonObject>> ListAsync(
        string apiVersion, string kind, string? @namespace = null, CancellationToken cancellationToken = default) =>
        (await Resource(apiVersion, kind).ListAsync(new Selection { Namespace = @namespace }, cancellationToken)).Items;

    /// <summary>Makes the cluster's object be as the manifest says, as <c>kubectl apply</c> does without <c>--server-side</c>.</summary>
    /// <remarks>What the manifest left out since it was last applied is removed; what others set is left alone.</remarks>
    public async Task<AppliedObject> ApplyAsync(JsonObject manifest, CancellationToken cancellationToken = default)
    {
        var reference = ObjectReference.Of(manifest);
        var resource = Resource(reference.ApiVersion, reference.Kind);
        var annotated = LastApplied.Annotate(manifest);
        var live = await resource.GetAsync(reference.Name, reference.Namespace, cancellationToken);
        if (live is null)
        {
            return new AppliedObject(reference, AppliedChange.Created, await resource.CreateAsync(annotated, reference.Namespace, new WriteSettings(), cancellationToken));
        }

        var patch = ObjectPatch.StrategicMerge(ThreeWayPatch.Make(LastApplied.Read(live), annotated));
        var stored = await resource.PatchAsync(reference.Name, reference.Namespace, patch, cancellationToken: cancellationToken);
        var same = (string?)stored["metadata"]?["resourceVersion"] == (string?)live["metadata"]?["resourceVersion"];
        return new AppliedObject(reference, same ? AppliedChange.Unchanged : AppliedChange.Configured, stored);
    }
}
