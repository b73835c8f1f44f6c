using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Grainhouse.Gateway.Discovery;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Interfaces.Storage;

namespace Grainhouse.Gateway.Computed;

/// <summary>An APIService for each group and version that is served.</summary>
internal sealed class ApiServices(IObjectCache cache) : IComputedKind
{
    private static readonly ObjectKey FirstNamespace = ResourceCatalog.Namespaces.Key(null, "kube-system");

    /// <inheritdoc/>
    public ResourceDescriptor Resource => ResourceCatalog.ApiServices;

    /// <inheritdoc/>
    public Task<IEnumerable<KubeObject>> ListAsync(string? @namespace, CancellationToken cancellationToken) => Task.FromResult(ApiSurface.All.Select(Of));

    // The fields are upstream's, for APIs that the server itself serves (kube-aggregator's apiserver and apiservice controllers).
    private KubeObject Of(ApiGroupVersion version)
    {
        var name = $"{version.Version}.{version.Group}";
        var first = cache.Get(FirstNamespace)?.Header;

        // As old as the cluster, and the same on all its gateways.
        var metadata = new JsonObject
        {
            ["name"] = name,
            ["uid"] = new Guid(SHA256.HashData(Encoding.UTF8.GetBytes($"{first?.Uid}/{Resource.QualifiedName}/{name}")).AsSpan(0, 16)).ToString(),
        };
        var condition = new JsonObject
        {
            ["type"] = "Available", ["status"] = "True", ["reason"] = "Local", ["message"] = "Local APIServices are always available",
        };
        if (first?.CreationTimestamp is { } born)
        {
            var text = ObjectTime.Text(born);
            metadata["creationTimestamp"] = text;
            condition["lastTransitionTime"] = text;
        }

        metadata["labels"] = new JsonObject { ["kube-aggregator.kubernetes.io/automanaged"] = "onstart" };
        var spec = new JsonObject { ["version"] = version.Version, ["groupPriorityMinimum"] = version.Group.Length == 0 ? 18000 : 17000, ["versionPriority"] = 15 };
        if (version.Group.Length > 0)
        {
            spec["group"] = version.Group;
        }

        return KubeObject.From(Resource.Key(null, name), cache.Revision, new JsonObject
        {
            ["apiVersion"] = Resource.ApiVersion,
            ["kind"] = Resource.Kind,
            ["metadata"] = metadata,
            ["spec"] = spec,
            ["status"] = new JsonObject { ["conditions"] = new JsonArray(condition) },
        });
    }
}
