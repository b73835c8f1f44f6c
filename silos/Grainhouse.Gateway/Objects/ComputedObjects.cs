using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Grainhouse.Gateway.Discovery;
using Grainhouse.Gateway.Health;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Interfaces.Storage;

namespace Grainhouse.Gateway.Objects;

/// <summary>Objects that nobody writes, because they say what this server is: which APIs it serves, and how its parts fare.</summary>
internal sealed class ComputedObjects(IObjectCache cache, HealthPaths health)
{
    private static readonly ObjectKey FirstNamespace = ResourceCatalog.Namespaces.Key(null, "kube-system");

    /// <summary>Whether objects of a kind are computed instead of stored.</summary>
    public static bool Owns(ResourceDescriptor resource) => resource == ResourceCatalog.ApiServices || resource == ResourceCatalog.ComponentStatuses;

    /// <summary>All objects of such a kind.</summary>
    public async ValueTask<ObjectList> ListAsync(ResourceDescriptor resource, CancellationToken cancellationToken)
    {
        var revision = cache.Revision;
        KubeObject[] items = resource == ResourceCatalog.ApiServices
            ? [.. ApiSurface.All.Select(version => ApiService(version, revision))]
            : [.. (await health.CheckAllAsync(cancellationToken)).Select(check => ComponentStatus(check.Name, check.Problem, revision))];
        return new ObjectList(revision, [.. items.OrderBy(item => item.Key.Name, StringComparer.Ordinal)]);
    }

    /// <summary>One object of such a kind; null if there is none.</summary>
    public async ValueTask<KubeObject?> GetAsync(ObjectKey key, CancellationToken cancellationToken) =>
        (await ListAsync(ResourceCatalog.Find(key.Resource)!, cancellationToken)).Items.FirstOrDefault(item => item.Key == key);

    // The fields are upstream's, for APIs that the server itself serves (kube-aggregator's apiserver and apiservice controllers).
    private KubeObject ApiService(ApiGroupVersion version, long revision)
    {
        var document = Begin(ResourceCatalog.ApiServices, $"{version.Version}.{version.Group}");
        var metadata = document["metadata"]!.AsObject();
        metadata["labels"] = new JsonObject { ["kube-aggregator.kubernetes.io/automanaged"] = "onstart" };
        var spec = new JsonObject { ["version"] = version.Version, ["groupPriorityMinimum"] = version.Group.Length == 0 ? 18000 : 17000, ["versionPriority"] = 15 };
        if (version.Group.Length > 0)
        {
            spec["group"] = version.Group;
        }

        var condition = new JsonObject
        {
            ["type"] = "Available", ["status"] = "True", ["reason"] = "Local", ["message"] = "Local APIServices are always available",
        };
        if (metadata["creationTimestamp"] is { } born)
        {
            condition["lastTransitionTime"] = born.DeepClone();
        }

        document["spec"] = spec;
        document["status"] = new JsonObject { ["conditions"] = new JsonArray(condition) };
        return KubeObject.From(ResourceCatalog.ApiServices.Key(null, (string)metadata["name"]!), revision, document);
    }

    private static KubeObject ComponentStatus(string name, string? problem, long revision)
    {
        var condition = new JsonObject { ["type"] = "Healthy", ["status"] = problem is null ? "True" : "False", [problem is null ? "message" : "error"] = problem ?? "ok" };
        var document = new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "ComponentStatus",
            ["metadata"] = new JsonObject { ["name"] = name },
            ["conditions"] = new JsonArray(condition),
        };
        return KubeObject.From(ResourceCatalog.ComponentStatuses.Key(null, name), revision, document);
    }

    // As old as the cluster, and the same on all its gateways.
    private JsonObject Begin(ResourceDescriptor resource, string name)
    {
        var first = cache.Get(FirstNamespace)?.Header;
        var metadata = new JsonObject
        {
            ["name"] = name,
            ["uid"] = new Guid(SHA256.HashData(Encoding.UTF8.GetBytes($"{first?.Uid}/{resource.QualifiedName}/{name}")).AsSpan(0, 16)).ToString(),
        };
        if (first?.CreationTimestamp is { } born)
        {
            metadata["creationTimestamp"] = born.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);
        }

        return new JsonObject { ["apiVersion"] = resource.ApiVersion, ["kind"] = resource.Kind, ["metadata"] = metadata };
    }
}
