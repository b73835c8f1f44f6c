using System.Text.Json.Nodes;
using Grainhouse.Gateway.Health;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Interfaces.Storage;

namespace Grainhouse.Gateway.Computed;

/// <summary>A ComponentStatus for each part of the server that has a readiness check.</summary>
internal sealed class ComponentStatuses(IObjectCache cache, HealthPaths health) : IComputedKind
{
    /// <inheritdoc/>
    public ResourceDescriptor Resource => ResourceCatalog.ComponentStatuses;

    /// <inheritdoc/>
    public async Task<IEnumerable<KubeObject>> ListAsync(string? @namespace, CancellationToken cancellationToken) =>
        (await health.CheckAllAsync(cancellationToken)).Select(check => Of(check.Name, check.Problem));

    private KubeObject Of(string name, string? problem)
    {
        var condition = new JsonObject { ["type"] = "Healthy", ["status"] = problem is null ? "True" : "False", [problem is null ? "message" : "error"] = problem ?? "ok" };
        return KubeObject.From(Resource.Key(null, name), cache.Revision, new JsonObject
        {
            ["apiVersion"] = Resource.ApiVersion,
            ["kind"] = Resource.Kind,
            ["metadata"] = new JsonObject { ["name"] = name },
            ["conditions"] = new JsonArray(condition),
        });
    }
}
