using Grainhouse.Interfaces.Objects;

namespace Grainhouse.Planning.Admission.Quotas;

/// <summary>The names under <c>spec.hard</c>, and whose objects they count.</summary>
internal static class QuotaNames
{
    public const string CountPrefix = "count/";

    private const string StorageClassSuffix = ".storageclass.storage.k8s.io/";

    /// <summary>Object counts from before <c>count/</c>: the names are those of the kinds.</summary>
    private static readonly string[] PlainCounts = ["configmaps", "replicationcontrollers", "resourcequotas", "secrets"];

    /// <summary>The kind that a name counts, as in <c>deployments.apps</c>; null for a name that nothing is counted by.</summary>
    public static string? KindOf(string name)
    {
        if (name.StartsWith(CountPrefix, StringComparison.Ordinal))
        {
            return ResourceCatalog.Find(name[CountPrefix.Length..]) is { Namespaced: true } kind ? kind.QualifiedName : null;
        }

        if (PlainCounts.Contains(name))
        {
            return name;
        }

        if (name == "services" || name.StartsWith("services.", StringComparison.Ordinal))
        {
            return ResourceCatalog.Services.QualifiedName;
        }

        return name is "persistentvolumeclaims" or "requests.storage" || name.Contains(StorageClassSuffix, StringComparison.Ordinal)
            ? ResourceCatalog.PersistentVolumeClaims.QualifiedName
            : IsOfPods(name) ? ResourceCatalog.Pods.QualifiedName : null;
    }

    /// <summary>Whether objects of a kind are all alike to quotas: each is one.</summary>
    public static bool CountsOnly(string kind) =>
        kind != ResourceCatalog.Pods.QualifiedName && kind != ResourceCatalog.Services.QualifiedName && kind != ResourceCatalog.PersistentVolumeClaims.QualifiedName;

    /// <summary>The names by which one object of a kind counts as one.</summary>
    public static IEnumerable<string> CountsOf(string kind) =>
        PlainCounts.Contains(kind) ? [CountPrefix + kind, kind] : [CountPrefix + kind];

    /// <summary>As in <c>gold.storageclass.storage.k8s.io/requests.storage</c>.</summary>
    public static string OfStorageClass(string storageClass, string name) => storageClass + StorageClassSuffix + name;

    private static bool IsOfPods(string name) =>
        name is "pods" or "cpu" or "memory" or "ephemeral-storage"
        || name.StartsWith("requests.", StringComparison.Ordinal)
        || name.StartsWith("limits.", StringComparison.Ordinal)
        || name.StartsWith("hugepages-", StringComparison.Ordinal);
}
