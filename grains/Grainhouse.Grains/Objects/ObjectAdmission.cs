using System.Collections.Immutable;
using Grainhouse.Grains.Disruptions;
using Grainhouse.Grains.Quotas;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Interfaces.Storage;
using Grainhouse.Planning.Admission;
using Grainhouse.Planning.Volumes;

namespace Grainhouse.Grains.Objects;

/// <summary>What depends on other objects than the one that is written: its namespace, the addresses that services share, budgets, quotas, default classes.</summary>
internal sealed class ObjectAdmission(IObjectCache cache, ServiceAddresses addresses, DisruptionBudgets budgets, QuotaAdmission quotas)
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

    /// <summary>Completes an object before it is committed, or says why it may not be. Tell <see cref="SettleAsync"/> what became of it.</summary>
    public async ValueTask<Admitted> AdmitAsync(ResourceDescriptor resource, KubeObject? current, KubeObject next, bool dryRun)
    {
        // Before the quotas, which may be of one class.
        var classed = resource == ResourceCatalog.PersistentVolumeClaims && current is null
            ? DefaultStorageClass.Admit(next, cache.List(ResourceCatalog.StorageClasses.QualifiedName).Items)
            : null;
        var (error, promise) = await quotas.ReserveAsync(resource, current, classed ?? next, dryRun);
        if (error is not null || resource != ResourceCatalog.Services)
        {
            return new Admitted(classed, error, promise);
        }

        var assigned = await addresses.AssignAsync(current, next, dryRun);
        var admitted = new Admitted(assigned.Object, assigned.Error, promise);
        if (assigned.Error is not null)
        {
            await SettleAsync(next.Key, admitted, 0);
        }

        return admitted;
    }

    /// <summary>Tells what became of a write that was admitted: its revision, or 0.</summary>
    public Task SettleAsync(ObjectKey key, Admitted admitted, long revision) =>
        admitted.Promise is { } promise ? quotas.SettleAsync(key, promise, revision) : Task.CompletedTask;

    /// <summary>Says why a pod may not be evicted now; null if it may, and then its budget has counted it.</summary>
    public ValueTask<ApiStatus?> ClaimDisruptionAsync(KubeObject pod, bool dryRun) => budgets.ClaimAsync(pod, dryRun);

    /// <summary>Gives back what an object held, once it is gone.</summary>
    public async ValueTask ReleaseAsync(ResourceDescriptor resource, KubeObject gone)
    {
        if (resource == ResourceCatalog.Services)
        {
            await addresses.ReleaseAsync(gone);
        }
        else if (resource == ResourceCatalog.ResourceQuotas)
        {
            await quotas.ForgetAsync(gone.Key);
        }
    }
}

/// <summary>What admission made of a write.</summary>
/// <param name="Object">The object, completed; null where nothing was added.</param>
/// <param name="Error">Why it is refused; null if it is not.</param>
/// <param name="Promise">What quotas have promised to the write, by its name; null if nothing.</param>
internal readonly record struct Admitted(KubeObject? Object, ApiStatus? Error, string? Promise);
