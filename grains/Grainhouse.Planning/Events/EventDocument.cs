using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning.Documents;

namespace Grainhouse.Planning.Events;

/// <summary>Writes core/v1 Events.</summary>
internal static class EventDocument
{
    /// <summary>The name of an Event: its object's and the moment, in nanoseconds but for chance in the last digits.</summary>
    public static ObjectKey NewKey(EventDraft draft, DateTimeOffset now, Random random)
    {
        var nanoseconds = (now.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) * 100;
        var name = $"{draft.About.Name}.{(nanoseconds & ~0xfffffL) | random.NextInt64(0x100000):x16}";
        return ResourceCatalog.Events.Key(NamespaceOf(draft), name);
    }

    public static JsonObject Make(EventDraft draft, ObjectKey key, KubeObject? about, DateTimeOffset first, DateTimeOffset last, int count)
    {
        var kind = ResourceCatalog.Find(draft.About.Resource);
        var involved = new JsonObject
        {
            ["kind"] = kind?.Kind ?? "",
            ["name"] = draft.About.Name,
            ["uid"] = draft.AboutUid,
            ["apiVersion"] = kind?.ApiVersion ?? "",
        };
        if (draft.About.Namespace.Length > 0)
        {
            involved["namespace"] = draft.About.Namespace;
        }

        if (about is not null && about.Header.Uid == draft.AboutUid)
        {
            involved["resourceVersion"] = $"{about.Revision}";
        }

        if (draft.FieldPath.Length > 0)
        {
            involved["fieldPath"] = draft.FieldPath;
        }

        var source = new JsonObject { ["component"] = draft.Component };
        if (draft.Host.Length > 0)
        {
            source["host"] = draft.Host;
        }

        return new JsonObject
        {
            ["apiVersion"] = ResourceCatalog.Events.ApiVersion,
            ["kind"] = ResourceCatalog.Events.Kind,
            ["metadata"] = new JsonObject { ["name"] = key.Name, ["namespace"] = key.Namespace },
            ["involvedObject"] = involved,
            ["reason"] = draft.Reason,
            ["message"] = draft.Message,
            ["source"] = source,
            ["firstTimestamp"] = Timestamps.Text(first),
            ["lastTimestamp"] = Timestamps.Text(last),
            ["count"] = count,
            ["type"] = draft.Type,
            ["eventTime"] = null,
            ["reportingComponent"] = draft.Component,
            ["reportingInstance"] = draft.Host,
        };
    }

    /// <summary>The merge patch of an Event that happened again.</summary>
    public static JsonObject CountUp(string message, DateTimeOffset now, int count) => new()
    {
        ["count"] = count,
        ["lastTimestamp"] = Timestamps.Text(now),
        ["message"] = message,
    };

    /// <summary>Events about cluster-scoped objects live in <c>default</c>.</summary>
    private static string NamespaceOf(EventDraft draft) => draft.About.Namespace.Length == 0 ? "default" : draft.About.Namespace;
}
