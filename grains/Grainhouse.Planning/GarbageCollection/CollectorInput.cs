using System.Collections.Immutable;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Interfaces.Storage;
using Grainhouse.Planning.Documents;

namespace Grainhouse.Planning.GarbageCollection;

/// <summary>An object that names the owner in its owner references, and the objects that name it in theirs.</summary>
public sealed record Dependent(KubeObject Object, ImmutableArray<KubeObject> Dependents);

/// <summary>What <see cref="Collector"/> decides from: one owner, which may be gone, and what depends on it.</summary>
public sealed record CollectorInput
{
    /// <summary>Where the owner is, or was, or was said to be.</summary>
    public required ObjectKey OwnerKey { get; init; }

    /// <summary>The owner's uid: a later object of the same name is another one.</summary>
    public required string OwnerUid { get; init; }

    /// <summary>The object at <see cref="OwnerKey"/>, of whatever uid; null if there is none.</summary>
    public KubeObject? Owner { get; init; }

    /// <summary>The objects that name <see cref="OwnerUid"/> as an owner.</summary>
    public required ImmutableArray<Dependent> Dependents { get; init; }

    /// <summary>The dependents' owners that exist, by where the dependents say they are.</summary>
    public required IReadOnlyDictionary<ObjectKey, KubeObject> Owners { get; init; }

    /// <summary>Whether an object of the owner's kind and uid exists in another namespace, from where it cannot own.</summary>
    public bool OwnerIsElsewhere { get; init; }

    /// <summary>Reads from the cache what a decision needs.</summary>
    public static CollectorInput Gather(IObjectCache cache, ObjectKey ownerKey, string ownerUid)
    {
        var dependents = ImmutableArray.CreateBuilder<Dependent>();
        var owners = new Dictionary<ObjectKey, KubeObject>();
        foreach (var item in cache.OwnedBy(ownerUid))
        {
            dependents.Add(new Dependent(item, cache.OwnedBy(item.Header.Uid)));
            foreach (var reference in item.Header.Owners)
            {
                if (OwnerReferences.KeyOf(reference, item.Key.Namespace) is { } key && !owners.ContainsKey(key) && cache.Get(key) is { } found)
                {
                    owners.Add(key, found);
                }
            }
        }

        var owner = cache.Get(ownerKey);
        return new CollectorInput
        {
            OwnerKey = ownerKey,
            OwnerUid = ownerUid,
            Owner = owner,
            Dependents = dependents.ToImmutable(),
            Owners = owners,
            OwnerIsElsewhere = owner is null && dependents.Count > 0 && Exists(cache, ownerKey.Resource, ownerUid),
        };
    }

    private static bool Exists(IObjectCache cache, string resource, string uid)
    {
        foreach (var item in cache.List(resource).Items)
        {
            if (item.Header.Uid == uid)
            {
                return true;
            }
        }

        return false;
    }
}
