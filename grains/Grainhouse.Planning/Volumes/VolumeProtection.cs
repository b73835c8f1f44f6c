using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning.Documents;

namespace Grainhouse.Planning.Volumes;

/// <summary>Keeps volumes and claims that are in use until nobody uses them: takes their finalizer away then, and not before.</summary>
/// <remarks>As upstream's pv-protection-controller and pvc-protection-controller; the finalizers are set when the objects are made.</remarks>
public static class VolumeProtection
{
    /// <summary>Holds a claim while pods on nodes have it.</summary>
    public const string ClaimFinalizer = "kubernetes.io/pvc-protection";

    /// <summary>Holds a volume while it is bound to a claim.</summary>
    public const string VolumeFinalizer = "kubernetes.io/pv-protection";

    /// <summary>Decides what to do now.</summary>
    public static ReconcilePlan Decide(VolumeInput input)
    {
        var item = input.Object;
        var finalizer = item.Key.Resource == ResourceCatalog.PersistentVolumes.QualifiedName ? VolumeFinalizer : ClaimFinalizer;
        return item.Header.DeletionTimestamp is null || !item.Header.Finalizers.Contains(finalizer) || input.InUse
            ? ReconcilePlan.Nothing
            : new ReconcilePlan([Without(item, finalizer)]);
    }

    /// <summary>Adds the finalizer to an object that is made.</summary>
    internal static void Protect(JsonObject root, string finalizer)
    {
        var metadata = root.Child("metadata");
        var finalizers = metadata.Array("finalizers") ?? [];
        if (finalizers.All(item => item.Text() != finalizer))
        {
            finalizers.Add(finalizer);
            metadata["finalizers"] ??= finalizers;
        }
    }

    private static ReconcileAction.Replace Without(KubeObject item, string finalizer)
    {
        var document = item.ToMutable();
        document.Child("metadata").SetOrOmit("finalizers", new JsonArray([.. item.Header.Finalizers.Where(other => other != finalizer).Select(other => (JsonNode)other)]));
        return new ReconcileAction.Replace(item.Key, item.Revision, document);
    }
}
