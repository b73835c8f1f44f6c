using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning.Documents;

namespace Grainhouse.Planning.Admission.Quotas;

/// <summary>What one object uses of its namespace's quotas, read once per revision. After upstream's quota evaluators.</summary>
internal sealed class ObjectUsage
{
    private static readonly Func<KubeObject, ObjectUsage> Reader = Read;

    private ObjectUsage(string kind, ResourceAmounts always)
    {
        Kind = kind;
        Always = always;
    }

    /// <summary>The object's kind, as in <c>pods</c>.</summary>
    public string Kind { get; }

    /// <summary>What it uses for as long as it is stored.</summary>
    public ResourceAmounts Always { get; }

    /// <summary>What it uses until <see cref="ReleasedAt"/>: a pod's share of its nodes.</summary>
    public ResourceAmounts WhileAlive { get; private init; } = [];

    /// <summary>When <see cref="WhileAlive"/> is given back though nothing changes: a node that is lost never ends its pods. Null: not by time.</summary>
    public DateTimeOffset? ReleasedAt { get; private init; }

    /// <summary>The traits that scopes ask for; none of an object that is no pod.</summary>
    public PodTraits? Traits { get; private init; }

    /// <summary>The usage of an object, read on first use.</summary>
    public static ObjectUsage Of(KubeObject item) => item.View(Reader);

    /// <summary>Whether a scope covers the object. Only pods are in any.</summary>
    public bool IsIn(QuotaScope scope) => Traits?.IsIn(scope) ?? false;

    /// <summary>What it uses at a time.</summary>
    public ResourceAmounts At(DateTimeOffset now)
    {
        if (WhileAlive.Count == 0 || ReleasedAt <= now)
        {
            return Always;
        }

        var all = Always.Copy();
        all.Add(WhileAlive);
        return all;
    }

    private static ObjectUsage Read(KubeObject item)
    {
        var kind = item.Key.Resource;
        var usage = new ResourceAmounts();
        foreach (var name in QuotaNames.CountsOf(kind))
        {
            usage[name] = new Quantity(1);
        }

        if (QuotaNames.CountsOnly(kind))
        {
            return new ObjectUsage(kind, usage);
        }

        var root = item.ToMutable();
        if (kind == ResourceCatalog.Pods.QualifiedName)
        {
            return OfPod(item, root, usage);
        }

        if (kind == ResourceCatalog.Services.QualifiedName)
        {
            ClaimUsage.AddService(root.Object("spec"), usage);
        }
        else
        {
            ClaimUsage.AddClaim(root, usage);
        }

        return new ObjectUsage(kind, usage);
    }

    private static ObjectUsage OfPod(KubeObject pod, JsonObject root, ResourceAmounts usage)
    {
        var ended = root.Object("status").Text("phase") is "Succeeded" or "Failed";
        var grace = TimeSpan.FromSeconds(root.Object("metadata").Number("deletionGracePeriodSeconds") ?? 0);
        return new ObjectUsage(pod.Key.Resource, usage)
        {
            WhileAlive = ended ? [] : ComputeUsage.Of(PodAmounts.Requests(root.Object("spec"), withOverhead: true), PodAmounts.Limits(root.Object("spec"), withOverhead: true)),
            ReleasedAt = pod.Header.DeletionTimestamp + grace,
            Traits = PodTraits.Of(root),
        };
    }
}
