using System.Collections.Frozen;
using Grainhouse.Gateway.Requests;
using Grainhouse.Gateway.Responses;
using Grainhouse.Interfaces.Objects;

namespace Grainhouse.Gateway.Objects;

/// <summary>DELETE of an object or of a collection.</summary>
internal sealed class DeleteVerbs(ObjectGrains grains, ReadVerbs reads, ListReader lists, GatewayOptions options)
{
    // Deletions of a collection that run at once: enough to share the store's commits, few enough to leave others their turn.
    private const int AtOnce = 32;

    // Upstream answers a completed deletion with the object for these kinds, and with a Status for the others; typed clients read it as such.
    private static readonly FrozenSet<ResourceDescriptor> ShownWhenDeleted = FrozenSet.Create(
        ResourceCatalog.Pods, ResourceCatalog.PodTemplates, ResourceCatalog.Services, ResourceCatalog.ServiceAccounts, ResourceCatalog.ResourceQuotas,
        ResourceCatalog.PersistentVolumes, ResourceCatalog.PersistentVolumeClaims, ResourceCatalog.StorageClasses, ResourceCatalog.VolumeAttachments,
        ResourceCatalog.CsiDrivers, ResourceCatalog.CsiNodes);

    /// <summary>Deletes one object.</summary>
    public async Task DeleteAsync(ResourceRequest request)
    {
        var deletion = await DeleteRequest.ReadAsync(request.Http.Request, options.MaxBodyBytes, request.Aborted);
        var result = await grains.Get(request.Key, request.Aborted).DeleteAsync(deletion);
        foreach (var warning in result.Warnings)
        {
            Answer.AddWarning(request.Http.Response, warning);
        }

        if (result.Error is { } error)
        {
            await Answer.FailureAsync(request.Http, error);
        }
        else if (result.Gone && !ShowsLastState(request.Resource))
        {
            await Answer.DocumentAsync(
                request.Http,
                200,
                (request.Resource, request.Name, Uid: result.Object?.Header.Uid ?? ""),
                static (output, state) => StatusDocument.WriteDeleted(output, state.Resource, state.Name, state.Uid),
                request.Form.Encoding);
        }
        else
        {
            await reads.WriteAsync(request, result.Object!, 200);
        }
    }

    /// <summary>Deletes all objects that a query selects, and answers with them.</summary>
    public async Task DeleteCollectionAsync(ResourceRequest request, ListQuery query)
    {
        var deletion = await DeleteRequest.ReadAsync(request.Http.Request, options.MaxBodyBytes, request.Aborted);
        var outcome = await lists.ReadAsync(request.Resource, request.Namespace, query, request.Aborted);
        if (outcome.Error is { } error)
        {
            await Answer.FailureAsync(request.Http, error, outcome.Continue);
            return;
        }

        ApiStatus? failure = null;
        var bounds = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = request.Aborted };
        await Parallel.ForEachAsync(outcome.Page!.Items, bounds, async (item, _) =>
        {
            var result = await grains.Get(item.Key, request.Aborted).DeleteAsync(deletion);
            if (result.Error is { Reason: not "NotFound" } refused)
            {
                failure = refused;
            }
        });
        await (failure is null ? reads.WriteListAsync(request, outcome.Page!) : Answer.FailureAsync(request.Http, failure));
    }

    private static bool ShowsLastState(ResourceDescriptor resource) => ShownWhenDeleted.Contains(resource);
}
