using Grainhouse.Interfaces.Objects;
using Grainhouse.Interfaces.Storage;

namespace Grainhouse.Planning.Namespaces;

/// <summary>What <see cref="NamespaceReconciler"/> decides from.</summary>
public sealed record NamespaceInput
{
    /// <summary>The Namespace.</summary>
    public required KubeObject Namespace { get; init; }

    /// <summary>All objects in it, of all kinds. Only looked at when it is being deleted.</summary>
    public IReadOnlyCollection<KubeObject> Content { get; init; } = [];

    /// <summary>Its ServiceAccount <c>default</c>; null if there is none.</summary>
    public KubeObject? DefaultAccount { get; init; }

    /// <summary>Its ConfigMap <c>kube-root-ca.crt</c>; null if there is none.</summary>
    public KubeObject? RootAuthority { get; init; }

    /// <summary>The cluster's authority, PEM.</summary>
    public required string AuthorityPem { get; init; }

    /// <summary>The time.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>Reads from the cache what a decision needs; null if there is no such Namespace.</summary>
    public static NamespaceInput? Gather(IObjectCache cache, ObjectKey key, string authorityPem, DateTimeOffset now)
    {
        if (cache.Get(key) is not { } @namespace)
        {
            return null;
        }

        var content = new List<KubeObject>();
        if (@namespace.Header.DeletionTimestamp is not null)
        {
            foreach (var resource in ResourceCatalog.All)
            {
                if (resource.Namespaced)
                {
                    content.AddRange(cache.List(resource.QualifiedName, key.Name).Items);
                }
            }
        }

        return new NamespaceInput
        {
            Namespace = @namespace,
            Content = content,
            DefaultAccount = cache.Get(ResourceCatalog.ServiceAccounts.Key(key.Name, NamespaceReconciler.DefaultAccountName)),
            RootAuthority = cache.Get(ResourceCatalog.ConfigMaps.Key(key.Name, NamespaceReconciler.RootAuthorityName)),
            AuthorityPem = authorityPem,
            Now = now,
        };
    }
}
