using System.Collections.Frozen;
using System.Text.Json.Nodes;

namespace Grainhouse.Interfaces.Objects.Conversion;

/// <summary>Converts documents between a version that is served and the one that its objects are stored in.</summary>
/// <remarks>
/// A version that has the same fields needs nothing but its name in the catalog: only <c>apiVersion</c> changes. Where fields differ,
/// a subclass moves them. Both ways together lose nothing, so that a patch in one version keeps what only the other can say.
/// </remarks>
public class VersionConversion
{
    private static readonly VersionConversion SameFields = new();

    private static readonly FrozenDictionary<string, VersionConversion> Conversions = new Dictionary<string, VersionConversion>
    {
        [Name(ResourceCatalog.EventsV1)] = new EventConversion(),
        [Name(ResourceCatalog.HorizontalPodAutoscalersV1)] = new AutoscalerConversion(),
        [Name(ResourceCatalog.PodDisruptionBudgetsV1Beta1)] = new DisruptionBudgetConversion(),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Makes a document of a served version one of the stored version, in place.</summary>
    public static void ToStored(ResourceDescriptor served, JsonObject document)
    {
        if (served.StoredAs is { } stored)
        {
            Of(served).Store(document);
            document["apiVersion"] = stored.ApiVersion;
        }
    }

    /// <summary>Makes a stored document one of a served version, in place.</summary>
    public static void ToServed(ResourceDescriptor served, JsonObject document)
    {
        if (served.StoredAs is not null)
        {
            Of(served).Serve(document);
            document["apiVersion"] = served.ApiVersion;
        }
    }

    /// <summary>An object as a client of a version sees it; the object itself where that is the stored version.</summary>
    public static KubeObject Show(ResourceDescriptor served, KubeObject item)
    {
        if (served.StoredAs is null)
        {
            return item;
        }

        var document = item.ToMutable();
        ToServed(served, document);
        return KubeObject.From(item.Key, item.Revision, document);
    }

    /// <summary>Moves the fields of a served document to where the stored version has them.</summary>
    protected virtual void Store(JsonObject document)
    {
    }

    /// <summary>Moves the fields of a stored document to where the served version has them.</summary>
    protected virtual void Serve(JsonObject document)
    {
    }

    /// <summary>Takes a member out of its place; null if it is not there.</summary>
    protected static JsonNode? Take(JsonObject? from, string name)
    {
        if (from is null || !from.Remove(name, out var value))
        {
            return null;
        }

        return value;
    }

    /// <summary>Moves a member to another name or object, if it is there.</summary>
    protected static void Move(JsonObject? from, string name, JsonObject to, string newName)
    {
        if (Take(from, name) is { } value)
        {
            to[newName] = value;
        }
    }

    private static VersionConversion Of(ResourceDescriptor served) => Conversions.GetValueOrDefault(Name(served), SameFields);

    private static string Name(ResourceDescriptor served) => $"{served.ApiVersion}/{served.Kind}";
}
