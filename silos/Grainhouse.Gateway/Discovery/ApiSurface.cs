using Grainhouse.Gateway.Proxy;
using System.Collections.Immutable;
using Grainhouse.Gateway.Streams;
using Grainhouse.Interfaces.Objects;

namespace Grainhouse.Gateway.Discovery;

/// <summary>A subresource as discovery tells it.</summary>
/// <param name="Name">As in <c>scale</c>.</param>
/// <param name="Group">The group of its body.</param>
/// <param name="Version">The version of its body.</param>
/// <param name="Kind">The kind of its body.</param>
/// <param name="Verbs">What can be done with it.</param>
internal sealed record ApiSubresource(string Name, string Group, string Version, string Kind, ImmutableArray<string> Verbs);

/// <summary>A resource as discovery tells it.</summary>
internal sealed record ApiResource(string Plural, string Singular, string Kind, bool Namespaced, ImmutableArray<string> Verbs)
{
    /// <summary>As in <c>po</c>.</summary>
    public ImmutableArray<string> ShortNames { get; init; } = [];

    /// <summary>As in <c>all</c>.</summary>
    public ImmutableArray<string> Categories { get; init; } = [];

    /// <summary>Its subresources.</summary>
    public ImmutableArray<ApiSubresource> Subresources { get; init; } = [];
}

/// <summary>A group and version as discovery tells it.</summary>
internal sealed record ApiGroupVersion(string Group, string Version, ImmutableArray<ApiResource> Resources)
{
    /// <summary>As in <c>apps/v1</c>.</summary>
    public string Name => Group.Length == 0 ? Version : $"{Group}/{Version}";
}

/// <summary>All that the door serves: the kinds of the catalog and the resources that only answer POST.</summary>
internal static class ApiSurface
{
    /// <summary>All groups and versions, core first, the versions of a group together and the preferred one first.</summary>
    public static ImmutableArray<ApiGroupVersion> All { get; } =
    [
        .. ResourceCatalog.Served.Select(resource => (resource.Group, resource.Version, Resource: Of(resource)))
            .Concat(VirtualResources.All.Select(resource => (resource.Group, Version: "v1", Resource: Of(resource))))
            .GroupBy(served => served.Group)
            .SelectMany(group => group.GroupBy(served => (served.Group, served.Version)))
            .Select(group => new ApiGroupVersion(
                group.Key.Group, group.Key.Version, [.. group.Select(served => served.Resource).OrderBy(resource => resource.Plural, StringComparer.Ordinal)])),
    ];

    /// <summary>The same by group.</summary>
    public static IEnumerable<IGrouping<string, ApiGroupVersion>> Groups => All.GroupBy(version => version.Group);

    private static ApiResource Of(ResourceDescriptor resource) =>
        new(resource.Plural, resource.Singular, resource.Kind, resource.Namespaced, resource.Verbs)
        {
            ShortNames = resource.ShortNames,
            Categories = resource.Categories,
            Subresources = SubresourcesOf(resource),
        };

    /// <summary>The subresources of a kind, by name.</summary>
    public static ImmutableArray<ApiSubresource> SubresourcesOf(ResourceDescriptor resource) =>
        [.. resource.Subresources.Order(StringComparer.Ordinal).Select(name => Subresource(resource, name))];

    private static ApiResource Of(VirtualResource resource) =>
        new(resource.Plural, resource.Kind.ToLowerInvariant(), resource.Kind, resource.Namespaced, ["create"]);

    private static ApiSubresource Subresource(ResourceDescriptor resource, string name) => name switch
    {
        "scale" => new(name, "autoscaling", "v1", "Scale", ["get", "patch", "update"]),
        "binding" => new(name, resource.Group, resource.Version, "Binding", ["create"]),
        "eviction" => new(name, "policy", "v1", "Eviction", ["create"]),
        "log" => new(name, resource.Group, resource.Version, resource.Kind, ["get"]),
        _ when StreamVerbs.Has(name) => new(name, resource.Group, resource.Version, StreamVerbs.KindOf(name), ["create", "get"]),
        ProxyVerb.Subresource => new(name, resource.Group, resource.Version, resource.Kind + "ProxyOptions", ["create", "delete", "get", "patch", "update"]),
        "finalize" => new(name, resource.Group, resource.Version, resource.Kind, ["update"]),
        _ => new(name, resource.Group, resource.Version, resource.Kind, ["get", "patch", "update"]),
    };
}
