using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Interfaces.Schemas;
using Grainhouse.Planning.Documents;
using Grainhouse.Planning.Objects.Decoding;
using Grainhouse.Planning.Objects.Json;

namespace Grainhouse.Planning.Objects.ManagedFields;

/// <summary>kubectl's annotation of its client-side apply, where kubectl goes over to server-side apply.</summary>
/// <remarks>As upstream's <c>lastAppliedManager</c> and <c>lastAppliedUpdater</c>: only for the manager that is named <c>kubectl</c>.</remarks>
internal static class LastApplied
{
    private const string Annotation = "kubectl.kubernetes.io/last-applied-configuration";

    /// <summary>Upstream's TotalAnnotationSizeLimitB.</summary>
    private const int MostBytes = 256 * 1024;

    /// <summary>Whether a manager is kubectl.</summary>
    public static bool Concerns(string manager) => manager == "kubectl";

    /// <summary>Fields that kubectl applied by itself before, and that are as it left them: no conflict, whoever is said to own them.</summary>
    public static FieldSet Unchanged(ResourceDescriptor resource, JsonObject live)
    {
        if (live.Object("metadata").Object("annotations").Text(Annotation) is not { Length: > 0 } text || Parse(text, resource) is not { } last
            || last.Text("apiVersion") != resource.ApiVersion || ConfigCheck.Errors(last, resource).Count > 0)
        {
            return FieldSet.Empty;
        }

        var changes = FieldComparison.Compare(last, live, resource);
        return FieldsOf.Document(last, resource).Difference(changes.Changed).Difference(changes.Removed);
    }

    /// <summary>Keeps an annotation that is there in step with what was applied, so that a later client-side apply starts from the truth.</summary>
    /// <param name="merged">The object; changed in place.</param>
    /// <param name="config">What was applied.</param>
    public static void Follow(JsonObject merged, JsonObject config)
    {
        if (merged.Object("metadata").Object("annotations") is not { } annotations || !annotations.Has(Annotation))
        {
            return;
        }

        var kept = (JsonObject)config.DeepClone();
        kept.Object("metadata").Object("annotations")?.Remove(Annotation);
        annotations[Annotation] = Encoding.UTF8.GetString(JsonTree.Write(kept)) + "\n";
        if (annotations.Sum(item => item.Key.Length + (item.Value.Text()?.Length ?? 0)) > MostBytes)
        {
            annotations.Remove(Annotation);
        }
    }

    private static JsonObject? Parse(string text, ResourceDescriptor resource)
    {
        try
        {
            return new SchemaReader(Encoding.UTF8.GetBytes(text)).Read(SchemaCatalog.For(resource));
        }
        catch (JsonException)
        {
            // Somebody else's annotation by that name: then it says nothing.
            return null;
        }
    }
}
