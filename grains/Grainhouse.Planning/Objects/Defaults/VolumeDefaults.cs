using System.Text.Json.Nodes;
using Grainhouse.Planning.Documents;

namespace Grainhouse.Planning.Objects.Defaults;

/// <summary>Defaults of volumes.</summary>
internal static class VolumeDefaults
{
    /// <summary>0644.</summary>
    private const long FileMode = 420;

    /// <summary>One hour, in seconds.</summary>
    private const long TokenExpiration = 3600;

    public static void Apply(JsonArray? volumes)
    {
        if (volumes is null)
        {
            return;
        }

        foreach (var item in volumes)
        {
            if (item is JsonObject volume)
            {
                Apply(volume);
            }
        }
    }

    private static void Apply(JsonObject volume)
    {
        if (volume.Count == 1 && volume.Has("name"))
        {
            volume["emptyDir"] = new JsonObject();
            return;
        }

        volume.Object("configMap")?.Default("defaultMode", FileMode);
        volume.Object("secret")?.Default("defaultMode", FileMode);
        Source(volume);
        volume.Object("ephemeral").Object("volumeClaimTemplate").Object("spec")?.Default("volumeMode", "Filesystem");
        if (volume.Object("downwardAPI") is { } downward)
        {
            downward.Default("defaultMode", FileMode);
            FieldRefs(downward.Array("items"));
        }

        if (volume.Object("projected") is { } projected)
        {
            projected.Default("defaultMode", FileMode);
            Projections(projected.Array("sources"));
        }
    }

    /// <summary>What volumes of pods and persistent volumes have in common. After pkg/apis/core/v1's defaults.</summary>
    public static void Source(JsonObject volume)
    {
        volume.Object("hostPath")?.Default("type", "");
        volume.Object("iscsi")?.Default("iscsiInterface", "default");
        if (volume.Object("rbd") is { } rbd)
        {
            rbd.Default("pool", "rbd");
            rbd.Default("user", "admin");
            rbd.Default("keyring", "/etc/ceph/keyring");
        }

        if (volume.Object("azureDisk") is { } azure)
        {
            azure.Default("cachingMode", "ReadWrite");
            azure.Default("kind", "Shared");
            azure.Default("fsType", "ext4");
            azure.Default("readOnly", false);
        }

        if (volume.Object("scaleIO") is { } scale)
        {
            scale.Default("storageMode", "ThinProvisioned");
            scale.Default("fsType", "xfs");
        }
    }

    private static void Projections(JsonArray? sources)
    {
        if (sources is null)
        {
            return;
        }

        foreach (var source in sources)
        {
            (source as JsonObject).Object("serviceAccountToken")?.Default("expirationSeconds", TokenExpiration);
            FieldRefs((source as JsonObject).Object("downwardAPI").Array("items"));
        }
    }

    private static void FieldRefs(JsonArray? items)
    {
        if (items is null)
        {
            return;
        }

        foreach (var item in items)
        {
            (item as JsonObject).Object("fieldRef")?.Default("apiVersion", "v1");
        }
    }
}
