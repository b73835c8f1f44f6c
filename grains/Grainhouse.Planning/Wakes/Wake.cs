using Grainhouse.Interfaces.Objects;

namespace Grainhouse.Planning.Wakes;

/// <summary>The reconcilers that a change may wake.</summary>
public enum ReconcilerKind
{
    /// <summary><see cref="Deployments.DeploymentReconciler"/>; the key is the Deployment's.</summary>
    Deployment = 0,

    /// <summary><see cref="ReplicaSets.ReplicaSetReconciler"/>; the key is the ReplicaSet's.</summary>
    ReplicaSet = 1,

    /// <summary><see cref="Services.ServiceReconciler"/>; the key is the Service's.</summary>
    Service = 2,

    /// <summary>The namespace reconciler; the key is the Namespace's.</summary>
    Namespace = 3,

    /// <summary>The garbage collector; key and uid are those of an owner, which may be gone.</summary>
    Collector = 4,

    /// <summary>The node reconciler; the key is the Node's.</summary>
    Node = 5,

    /// <summary><see cref="Disruptions.DisruptionReconciler"/>; the key is the PodDisruptionBudget's.</summary>
    DisruptionBudget = 6,

    /// <summary><see cref="Admission.Quotas.QuotaReconciler"/>; the key is the ResourceQuota's.</summary>
    Quota = 7,

    /// <summary><see cref="Volumes.VolumeProtection"/>; the key is the PersistentVolume's or the PersistentVolumeClaim's.</summary>
    Volume = 8,
}

/// <summary>A reconciler that has to look again. Equal wakes that wait may be merged: a wake carries no news.</summary>
/// <param name="Kind">Which reconciler.</param>
/// <param name="Key">What it is to look at.</param>
/// <param name="Uid">The uid of the owner that a collector looks at; empty for the other kinds.</param>
public readonly record struct Wake(ReconcilerKind Kind, ObjectKey Key, string Uid = "");
