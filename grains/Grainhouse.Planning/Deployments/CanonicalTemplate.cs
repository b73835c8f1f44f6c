using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning.Documents;
using Grainhouse.Planning.Objects.Defaults;
using Grainhouse.Planning.Pods;

namespace Grainhouse.Planning.Deployments;

/// <summary>The form of a pod template in which two that mean the same are written the same.</summary>
/// <remarks>
/// A template comes back from a Go client (<c>kubectl rollout undo</c>) with what its types always write: nulls, empty
/// <c>resources</c>, quantities in another unit. None of it makes another template.
/// </remarks>
internal static class CanonicalTemplate
{
    /// <summary>Objects that mean the same empty as absent. <c>emptyDir: {}</c> and its like do not.</summary>
    private static readonly HashSet<string> EmptyMeansAbsent = new(StringComparer.Ordinal)
    {
        "resources", "metadata", "labels", "annotations", "nodeSelector", "limits", "requests", "securityContext", "affinity",
    };

    private static readonly Func<KubeObject, View> Reader =
        static deployment => new View(Write(deployment.ToMutable().Object("spec").Object("template") ?? []));

    /// <summary>The canonical form of a Deployment's template, made once per revision.</summary>
    public static byte[] Of(KubeObject deployment) => deployment.View(Reader).Template;

    /// <summary>Writes a template without its <c>pod-template-hash</c> label: defaults filled in, members in order, noise left out.</summary>
    /// <remarks>Defaults too, so that one which a later version adds makes no new template of an old one.</remarks>
    public static byte[] Write(JsonObject template)
    {
        var spec = new JsonObject { ["template"] = template.DeepClone() };
        PodSpecDefaults.ApplyToTemplate(spec);
        using var output = new MemoryStream();
        using (var writer = new Utf8JsonWriter(output))
        {
            WriteValue(writer, spec["template"]!, "", "");
        }

        return output.ToArray();
    }

    // Null members and items: only a list can have one that counts.
    private static void WriteValue(Utf8JsonWriter writer, JsonNode? value, string name, string parent)
    {
        switch (value)
        {
            case null:
                writer.WriteNullValue();
                break;
            case JsonObject some:
                WriteObject(writer, some, name);
                break;
            case JsonArray items:
                writer.WriteStartArray();
                foreach (var item in items)
                {
                    WriteValue(writer, item, "", name);
                }

                writer.WriteEndArray();
                break;
            case JsonValue leaf when IsQuantity(name, parent) && Amount(leaf) is { } amount:
                writer.WriteStringValue(amount);
                break;
            default:
                value.WriteTo(writer);
                break;
        }
    }

    private static void WriteObject(Utf8JsonWriter writer, JsonObject value, string name)
    {
        writer.WriteStartObject();
        var members = new List<KeyValuePair<string, JsonNode?>>(value.Count);
        foreach (var member in value)
        {
            if (Says(member.Key, member.Value, name))
            {
                members.Add(member);
            }
        }

        members.Sort(static (one, other) => string.CompareOrdinal(one.Key, other.Key));
        foreach (var (key, member) in members)
        {
            writer.WritePropertyName(key);
            WriteValue(writer, member, key, name);
        }

        writer.WriteEndObject();
    }

    private static bool Says(string name, JsonNode? value, string parent) => value switch
    {
        null => false,
        JsonArray items => items.Count > 0,
        JsonObject some => !EmptyMeansAbsent.Contains(name) || some.Any(inner => Says(inner.Key, inner.Value, name)),
        _ => !(parent == "labels" && name == WellKnownLabels.TemplateHash),
    };

    private static bool IsQuantity(string name, string parent) => parent is "limits" or "requests" || name == "sizeLimit";

    /// <summary>The amount as a plain number; null if it is none.</summary>
    private static string? Amount(JsonValue value) => value.GetValueKind() switch
    {
        JsonValueKind.String => Amount(value.GetValue<string>()),
        JsonValueKind.Number => Amount(value.ToJsonString()),
        _ => null,
    };

    private static string? Amount(string text) =>
        Quantity.TryParse(text, out var quantity) ? quantity.Amount.ToString("0.#########", CultureInfo.InvariantCulture) : null;

    private sealed record View(byte[] Template);
}
