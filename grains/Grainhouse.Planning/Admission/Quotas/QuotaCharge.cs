using Grainhouse.Interfaces.Objects;
using Grainhouse.Interfaces.Storage;
using Grainhouse.Planning.Documents;

namespace Grainhouse.Planning.Admission.Quotas;

/// <summary>What a write asks of the quotas of its namespace.</summary>
public static class QuotaCharge
{
    // What quotas of pods force containers to say, for the sake of quotas from before there were classes of service.
    private static readonly string[] Demanded = ["cpu", "memory", "requests.cpu", "requests.memory", "limits.cpu", "limits.memory"];

    /// <summary>Whether a namespace's quotas have anything to do with a write. For a namespace without quotas: one look into the cache.</summary>
    public static bool Concerns(IObjectCache cache, KubeObject? current, KubeObject next)
    {
        if (next.Key.Namespace.Length == 0 || next.Key.Resource == ResourceCatalog.Events.QualifiedName)
        {
            return false;
        }

        var quotas = cache.List(ResourceCatalog.ResourceQuotas.QualifiedName, next.Key.Namespace).Items;
        return quotas.Count > 0 && MayAdd(current, next) && quotas.Any(quota => QuotaView.Of(quota).Counts(ObjectUsage.Of(next)));
    }

    /// <summary>Says what a new pod must say and does not (403's words); null if nothing.</summary>
    public static string? WhyIncomplete(IObjectCache cache, KubeObject next)
    {
        if (next.Key.Resource != ResourceCatalog.Pods.QualifiedName)
        {
            return null;
        }

        foreach (var quota in QuotasOf(cache, next))
        {
            var demanded = Demanded.Where(quota.Hard.ContainsKey).ToList();
            if (demanded.Count > 0 && Missing(next, demanded) is { } missing)
            {
                return $"failed quota: {quota.Name}: must specify {missing}";
            }
        }

        return null;
    }

    /// <summary>The quotas and amounts that a write asks for; null if it adds nothing.</summary>
    public static QuotaHold? Of(IObjectCache cache, KubeObject? current, KubeObject next, DateTimeOffset now)
    {
        var before = current is null ? [] : ObjectUsage.Of(current).At(now);
        var added = new ResourceAmounts();
        foreach (var (name, after) in ObjectUsage.Of(next).At(now))
        {
            var more = before.TryGetValue(name, out var was) ? after - was : after;
            if (more.Sign > 0)
            {
                added[name] = more;
            }
        }

        return added.Count == 0
            ? null
            : new QuotaHold(
                IdOf(current, next), next.Key, next.Header.Uid, current is null, [.. QuotasOf(cache, next).Select(quota => quota.Name)], added, now);
    }

    /// <summary>How a write is named between those who ask and who answers.</summary>
    public static string IdOf(KubeObject? current, KubeObject next) => $"{next.Header.Uid}@{current?.Revision ?? 0}";

    private static IEnumerable<QuotaView> QuotasOf(IObjectCache cache, KubeObject item) =>
        cache.List(ResourceCatalog.ResourceQuotas.QualifiedName, item.Key.Namespace).Items
            .Select(QuotaView.Of)
            .Where(quota => quota.Counts(ObjectUsage.Of(item)));

    /// <summary>As upstream's evaluators: pods are charged when they are made, services and claims also when they change.</summary>
    private static bool MayAdd(KubeObject? current, KubeObject next) =>
        current is null
        || next.Key.Resource == ResourceCatalog.Services.QualifiedName
        || next.Key.Resource == ResourceCatalog.PersistentVolumeClaims.QualifiedName;

    private static string? Missing(KubeObject pod, List<string> demanded)
    {
        var missing = new SortedDictionary<string, SortedSet<string>>(StringComparer.Ordinal);
        var spec = pod.ToMutable().Object("spec");
        foreach (var (_, container) in spec.Items("containers").Concat(spec.Items("initContainers")))
        {
            var resources = container.Object("resources");
            var said = ComputeUsage.Of(ResourceAmounts.Read(resources.Object("requests")), ResourceAmounts.Read(resources.Object("limits")));
            foreach (var name in demanded.Where(name => !said.ContainsKey(name)))
            {
                if (!missing.TryGetValue(name, out var containers))
                {
                    missing[name] = containers = new SortedSet<string>(StringComparer.Ordinal);
                }

                containers.Add(container.Text("name") ?? "");
            }
        }

        return missing.Count == 0 ? null : string.Join("; ", missing.Select(entry => $"{entry.Key} for: {string.Join(",", entry.Value)}"));
    }
}
