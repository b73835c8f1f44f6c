using System.Collections.Immutable;
using Grainhouse.Grains.Disruptions;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Interfaces.Storage;
using Grainhouse.Planning.Admission;

namespace Grainhouse.Grains.Objects;

/// <summary>What depends on other objects than the one that is written: its namespace, the addresses that services share, budgets.</summary>
internal sealed class ObjectAdmission(IObjectCache cache, ServiceAddresses addresses, DisruptionBudgets budgets)
{
    /// <summary>Says why an object may not be created in its namespace now; null if it may.</summary>
    public async ValueTask<ApiStatus?> CheckNamespaceAsync(ResourceDescriptor resource, ObjectKey key)
    {
        if (!resource.Namespaced)
        {
            return null;
        }

        var name = ResourceCatalog.Namespaces.Key(null, key.Namespace);
        var home = cache.Get(name);
        if (home is null)
        {
            // It may have been created a moment ago, on another silo.
            await cache.CatchUpAsync();
            home = cache.Get(name);
        }

        if (home is null)
        {
            return ApiStatus.NotFound(ResourceCatalog.Namespaces, key.Namespace);
        }

        return home.Header.DeletionTimestamp is null || resource == ResourceCatalog.Events
            ? null
            : ApiStatus.Forbidden(resource, key.Name, $"unable to create new content in namespace {key.Namespace} because it is being terminated") with
            {
                Causes = [new StatusCause("NamespaceTerminating", $"namespace {key.Namespace} is being terminated", "metadata.namespace")],
            };
    }

    /// <summary>What the namespace asks of a new object.</summary>
    public NamespacePolicies PoliciesOf(ResourceDescriptor resource, ObjectKey key) => NamespacePolicies.Of(cache, resource, key);

    /// <summary>Completes an object before it is committed; the object is null where nothing is added.</summary>
    public ValueTask<(KubeObject? Object, ApiStatus? Error)> AdmitAsync(ResourceDescriptor resource, KubeObject? current, KubeObject next, bool dryRun) =>
        resource == ResourceCatalog.Services
            ? addresses.AssignAsync(current, next, dryRun)
            : ValueTask.FromResult<(KubeObject?, ApiStatus?)>((null, null));

    /// <summary>Says why a pod may not be evicted now; null if it may, and then its budget has counted it.</summary>
    public ValueTask<ApiStatus?> ClaimDisruptionAsync(KubeObject pod, bool dryRun) => budgets.ClaimAsync(pod, dryRun);

    /// <summary>Gives back what an object held, once it is gone.</summary>
    public ValueTask ReleaseAsync(ResourceDescriptor resource, KubeObject gone) =>
        resource == ResourceCatalog.Services ? addresses.ReleaseAsync(gone) : ValueTask.CompletedTask;
}
