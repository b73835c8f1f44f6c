using System.Diagnostics;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning.Wakes;

namespace Grainhouse.Grains.Reconciling;

/// <summary>Which grain is the reconciler that a wake means.</summary>
internal static class ReconcilerGrains
{
    public const string Deployment = "deployment";
    public const string ReplicaSet = "replicaset";
    public const string Service = "service";
    public const string Namespace = "namespace";
    public const string Collector = "collector";
    public const string Node = "node";
    public const string DisruptionBudget = "disruptionbudget";
    public const string Quota = "quotastatus";
    public const string Volume = "volume";

    /// <summary>The grain's id.</summary>
    public static GrainId IdOf(Wake wake) => wake.Kind switch
    {
        ReconcilerKind.Deployment => GrainId.Create(Deployment, wake.Key.ToString()),
        ReconcilerKind.ReplicaSet => GrainId.Create(ReplicaSet, wake.Key.ToString()),
        ReconcilerKind.Service => GrainId.Create(Service, wake.Key.ToString()),
        ReconcilerKind.Namespace => GrainId.Create(Namespace, wake.Key.ToString()),
        ReconcilerKind.Collector => GrainId.Create(Collector, $"{wake.Uid}@{wake.Key}"),
        ReconcilerKind.DisruptionBudget => GrainId.Create(DisruptionBudget, wake.Key.ToString()),
        ReconcilerKind.Quota => GrainId.Create(Quota, wake.Key.ToString()),
        ReconcilerKind.Node => GrainId.Create(Node, wake.Key.Name),
        ReconcilerKind.Volume => GrainId.Create(Volume, wake.Key.ToString()),
        _ => throw new UnreachableException($"No reconciler for {wake.Kind}."),
    };

    /// <summary>The key and uid that a collector's grain key holds.</summary>
    public static (string Uid, ObjectKey Key) ParseCollector(string grainKey)
    {
        var at = grainKey.IndexOf('@', StringComparison.Ordinal);
        return (grainKey[..at], ObjectKey.Parse(grainKey[(at + 1)..]));
    }
}
