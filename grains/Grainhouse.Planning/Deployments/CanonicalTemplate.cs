using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Objects;
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

    /// <summary>Writes a template without its <c>pod-template-hash</c> label: defaults filled in, members in order, noise left out.</summary>
    /// <remarks>Defaults too, so that one which a later version adds makes no new template of an old one.</remarks>
    public static byte[] Write(JsonObject template)
    {
        var spec = new JsonObject { ["template"] = template.DeepClone() };
        PodSpecDefaults.ApplyToTemplate(spec);
        using var parsed = JsonDocument.Parse(spec["template"]!.ToJsonString());
        using var output = new MemoryStream();
        using (var writer = new Utf8JsonWriter(output))
        {
            WriteValue(writer, parsed.RootElement, "", "");
        }

        return output.ToArray();
    }

    private static void WriteValue(Utf8JsonWriter writer, JsonElement value, string name, string parent)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                WriteObject(writer, value, name);
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in value.EnumerateArray())
                {
                    WriteValue(writer, item, "", name);
                }

                writer.WriteEndArray();
                break;
            case JsonValueKind.String or JsonValueKind.Number when IsQuantity(name, parent) && Amount(value) is { } amount:
                writer.WriteStringValue(amount);
                break;
            default:
                value.WriteTo(writer);
                break;
        }
    }

    private static void WriteObject(Utf8JsonWriter writer, JsonElement value, string name)
    {
        writer.WriteStartObject();
        foreach (var member in value.EnumerateObject().Where(member => Says(member, name)).OrderBy(member => member.Name, StringComparer.Ordinal))
        {
            writer.WritePropertyName(member.Name);
            WriteValue(writer, member.Value, member.Name, name);
        }

        writer.WriteEndObject();
    }

    private static bool Says(JsonProperty member, string parent) => member.Value.ValueKind switch
    {
        JsonValueKind.Null => false,
        JsonValueKind.Array => member.Value.GetArrayLength() > 0,
        JsonValueKind.Object => !EmptyMeansAbsent.Contains(member.Name) || member.Value.EnumerateObject().Any(inner => Says(inner, member.Name)),
        _ => !(parent == "labels" && member.NameEquals(WellKnownLabels.TemplateHash)),
    };

    private static bool IsQuantity(string name, string parent) => parent is "limits" or "requests" || name == "sizeLimit";

    /// <summary>The amount as a plain number; null if it is none.</summary>
    private static string? Amount(JsonElement value) =>
        Quantity.TryParse(value.ValueKind == JsonValueKind.String ? value.GetString() : value.GetRawText(), out var quantity)
            ? quantity.Amount.ToString("0.#########", CultureInfo.InvariantCulture)
            : null;
}
