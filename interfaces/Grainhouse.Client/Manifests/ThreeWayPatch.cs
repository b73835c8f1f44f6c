using System.Text.Json.Nodes;

namespace Grainhouse.Client;

/// <summary>Makes the strategic merge patch that turns an object into what a manifest says. Pure.</summary>
/// <remarks>
/// The patch is the whole manifest (the server merges it, and finds out what is new), with a deletion for each field and
/// list item that the last manifest had and this one has not.
/// </remarks>
public static class ThreeWayPatch
{
    // patchMergeKey of the built-in kinds' lists, by field name; a port is told by what its items have.
    private static readonly Dictionary<string, string> MergeKeys = new(StringComparer.Ordinal)
    {
        ["containers"] = "name",
        ["initContainers"] = "name",
        ["ephemeralContainers"] = "name",
        ["env"] = "name",
        ["volumes"] = "name",
        ["volumeMounts"] = "mountPath",
        ["volumeDevices"] = "devicePath",
        ["imagePullSecrets"] = "name",
        ["secrets"] = "name",
        ["hostAliases"] = "ip",
        ["topologySpreadConstraints"] = "topologyKey",
        ["ownerReferences"] = "uid",
    };

    /// <summary>The patch.</summary>
    /// <param name="last">The manifest that was applied before; null if none is known, and then nothing is deleted.</param>
    /// <param name="manifest">What the object should be.</param>
    public static JsonObject Make(JsonObject? last, JsonObject manifest)
    {
        var patch = (JsonObject)manifest.DeepClone();
        if (last is not null)
        {
            DeleteFields(last, patch);
        }

        return patch;
    }

    private static void DeleteFields(JsonObject last, JsonObject patch)
    {
        foreach (var (name, before) in last)
        {
            if (!patch.ContainsKey(name))
            {
                patch[name] = null;
            }
            else if (before is JsonObject fields && patch[name] is JsonObject now)
            {
                DeleteFields(fields, now);
            }
            else if (before is JsonArray items && patch[name] is JsonArray list && MergeKey(name, items) is { } key)
            {
                DeleteItems(items, list, key);
            }
        }
    }

    private static void DeleteItems(JsonArray last, JsonArray patch, string key)
    {
        foreach (var before in last.OfType<JsonObject>())
        {
            var now = patch.OfType<JsonObject>().FirstOrDefault(item => JsonNode.DeepEquals(item[key], before[key]));
            if (now is null)
            {
                patch.Add(new JsonObject { ["$patch"] = "delete", [key] = before[key]?.DeepClone() });
            }
            else
            {
                DeleteFields(before, now);
            }
        }
    }

    private static string? MergeKey(string field, JsonArray items) => field switch
    {
        "ports" => items.OfType<JsonObject>().Any(item => item.ContainsKey("containerPort")) ? "containerPort" : "port",
        _ => MergeKeys.GetValueOrDefault(field),
    };
}
