using System.Text.Json;
using static Grainhouse.Gateway.Tables.TableCell;

namespace Grainhouse.Gateway.Tables;

/// <content>Volumes, claims and who provides them.</content>
internal static partial class TablePrinters
{
    private static readonly string[] DefaultClassAnnotations =
        ["storageclass.kubernetes.io/is-default-class", "storageclass.beta.kubernetes.io/is-default-class"];

    // In the order that upstream shows them in.
    private static readonly (string Mode, string Short)[] ShortModes =
        [("ReadWriteOnce", "RWO"), ("ReadOnlyMany", "ROX"), ("ReadWriteMany", "RWX"), ("ReadWriteOncePod", "RWOP")];

    private static TablePrinter PersistentVolumes => TablePrinter.Of(
        Name,
        Text("Capacity", "capacity is the description of the persistent volume's resources and capacity.", item => item.At("spec", "capacity").At("storage").TextOr("0")),
        Text("Access Modes", "accessModes contains all ways the volume can be mounted.", item => AccessModes(item.At("spec", "accessModes"))),
        Text("Reclaim Policy", "persistentVolumeReclaimPolicy defines what happens to a persistent volume when released from its claim.", item => item.At("spec", "persistentVolumeReclaimPolicy").Text()),
        Text("Status", "phase indicates if a volume is available, bound to a claim, or released by a claim.", Phase),
        Text("Claim", "claimRef is part of a bi-directional binding between PersistentVolume and PersistentVolumeClaim.", ClaimOf),
        Text("StorageClass", "StorageClass of the pv", item => Class(item)),
        Text("VolumeAttributesClass", "VolumeAttributesClass of the pv", item => item.At("spec", "volumeAttributesClassName").TextOr("<unset>")),
        Text("Reason", "reason is a brief CamelCase string that describes any failure and is meant for machine parsing and tidy display in the CLI.", item => item.At("status", "reason").Text()),
        Age,
        Wide("VolumeMode", "volumeMode defines if a volume is intended to be used with a formatted filesystem or to remain in raw block state.", item => item.At("spec", "volumeMode").TextOr("<unset>")));

    private static TablePrinter PersistentVolumeClaims => TablePrinter.Of(
        Name,
        Text("Status", "phase represents the current phase of PersistentVolumeClaim.", Phase),
        Text("Volume", "volumeName is the binding reference to the PersistentVolume backing this claim.", item => item.At("spec", "volumeName").Text()),
        Text("Capacity", "capacity represents the actual resources of the underlying volume.", item => IsBound(item) ? item.At("status", "capacity").At("storage").TextOr("0") : ""),
        Text("Access Modes", "accessModes contains the actual access modes the volume backing the PVC has.", item => IsBound(item) ? AccessModes(item.At("status", "accessModes")) : ""),
        Text("StorageClass", "StorageClass of the pvc", item => Class(item)),
        Text("VolumeAttributesClass", "VolumeAttributesClass of the pvc", item => item.At("spec", "volumeAttributesClassName").TextOr("<unset>")),
        Age,
        Wide("VolumeMode", "volumeMode defines what type of volume is required by the claim.", item => item.At("spec", "volumeMode").TextOr("<unset>")));

    private static TablePrinter StorageClasses => TablePrinter.Of(
        new(TableColumn.ObjectName, (json, item, _) => json.WriteStringValue(IsDefaultClass(item) ? item.Name() + " (default)" : item.Name())),
        Text("Provisioner", "provisioner indicates the type of the provisioner.", item => item.At("provisioner").Text()),
        Text("ReclaimPolicy", "reclaimPolicy controls the reclaimPolicy for dynamically provisioned PersistentVolumes of this storage class.", item => item.At("reclaimPolicy").TextOr("Delete")),
        Text("VolumeBindingMode", "volumeBindingMode indicates how PersistentVolumeClaims should be provisioned and bound.", item => item.At("volumeBindingMode").TextOr("Immediate")),
        FlagAsText("AllowVolumeExpansion", "allowVolumeExpansion shows whether the storage class allow volume expand.", item => item.At("allowVolumeExpansion").IsTrue()),
        Age);

    private static TablePrinter CsiDrivers => TablePrinter.Of(
        Name,
        Flag("AttachRequired", "attachRequired indicates this CSI volume driver requires an attach operation.", item => !item.At("spec", "attachRequired").Exists() || item.At("spec", "attachRequired").IsTrue()),
        Flag("PodInfoOnMount", "podInfoOnMount indicates this CSI volume driver requires additional pod information during mount operations.", item => item.At("spec", "podInfoOnMount").IsTrue()),
        Flag("StorageCapacity", "storageCapacity indicates that the CSI volume driver wants pod scheduling to consider the storage capacity that the driver deployment will report.", item => item.At("spec", "storageCapacity").IsTrue()),
        Text("TokenRequests", "tokenRequests indicates the CSI driver needs pods' service account tokens it is mounting volume for to do necessary authentication.", item => item.At("spec", "tokenRequests").Exists() ? string.Join(',', item.At("spec", "tokenRequests").Items().Select(request => request.At("audience").Text())) : "<unset>"),
        Flag("RequiresRepublish", "requiresRepublish indicates the CSI driver wants NodePublishVolume being periodically called to reflect any possible change in the mounted volume.", item => item.At("spec", "requiresRepublish").IsTrue()),
        Text("Modes", "volumeLifecycleModes defines what kind of volumes this CSI volume driver supports.", item => item.At("spec", "volumeLifecycleModes").Count() == 0 ? "<none>" : string.Join(',', item.At("spec", "volumeLifecycleModes").Items().Select(Fields.Text))),
        Age);

    private static TablePrinter CsiNodes => TablePrinter.Of(
        Name,
        Number("Drivers", "Drivers indicates the number of CSI drivers registered on the node", item => item.At("spec", "drivers").Count()),
        Age);

    private static TablePrinter CsiStorageCapacities => TablePrinter.Of(
        Name,
        Text("StorageClassName", "storageClassName represents the name of the StorageClass that the reported capacity applies to.", item => item.At("storageClassName").Text()),
        Text("Capacity", "capacity is the value reported by the CSI driver in its GetCapacityResponse.", item => item.At("capacity").TextOr("<unset>")));

    private static TablePrinter VolumeAttachments => TablePrinter.Of(
        Name,
        new(
            new("Attacher", "string", "name", "attacher indicates the name of the volume driver that MUST handle this request.", 0),
            (json, item, _) => json.WriteStringValue(item.At("spec", "attacher").Text())),
        Text("PV", "persistentVolumeName represents the name of the persistent volume to attach.", item => item.At("spec", "source").At("persistentVolumeName").Text()),
        Text("Node", "nodeName represents the node that the volume should be attached to.", item => item.At("spec", "nodeName").Text()),
        Flag("Attached", "attached indicates the volume is successfully attached.", item => item.At("status", "attached").IsTrue()),
        Age);

    private static string Phase(JsonElement item) =>
        item.At("metadata", "deletionTimestamp").Exists() ? "Terminating" : item.At("status", "phase").Text();

    private static bool IsBound(JsonElement claim) => claim.At("spec", "volumeName").Text().Length > 0;

    // The annotation is from before the field, and wins.
    private static string Class(JsonElement item) =>
        item.At("metadata", "annotations").At("volume.beta.kubernetes.io/storage-class").TextOr(item.At("spec", "storageClassName").Text());

    private static string ClaimOf(JsonElement volume)
    {
        var claim = volume.At("spec", "claimRef");
        return claim.Exists() ? $"{claim.At("namespace").Text()}/{claim.At("name").Text()}" : "";
    }

    private static string AccessModes(JsonElement modes)
    {
        var given = modes.Items().Select(Fields.Text).ToHashSet();
        return string.Join(',', ShortModes.Where(mode => given.Contains(mode.Mode)).Select(mode => mode.Short));
    }

    private static bool IsDefaultClass(JsonElement item) =>
        DefaultClassAnnotations.Any(name => item.At("metadata", "annotations").At(name).Text() == "true");
}
