using Grainhouse.Interfaces.Objects;

namespace Grainhouse.Gateway.Security;

/// <summary>403 in upstream's words.</summary>
internal static class Denials
{
    /// <summary>For a resource.</summary>
    public static ApiStatus Resource(UserIdentity user, AccessAttributes attributes, string reason)
    {
        var resource = attributes.Subresource.Length == 0 ? attributes.Resource : $"{attributes.Resource}/{attributes.Subresource}";
        var qualified = attributes.Group.Length == 0 ? attributes.Resource : $"{attributes.Resource}.{attributes.Group}";
        var name = attributes.Name.Length == 0 ? "" : $" \"{attributes.Name}\"";
        var scope = attributes.Namespace.Length == 0 ? "at the cluster scope" : $"in the namespace \"{attributes.Namespace}\"";
        var words = $"{qualified}{name} is forbidden: User \"{user.Name}\" cannot {attributes.Verb} resource \"{resource}\" in API group \"{attributes.Group}\" {scope}";
        return new ApiStatus(403, "Forbidden", reason.Length == 0 ? words : $"{words}: {reason}")
        {
            Name = attributes.Name,
            Group = attributes.Group,
            Kind = attributes.Resource,
        };
    }

    /// <summary>For a path that is no resource.</summary>
    public static ApiStatus Path(UserIdentity user, string verb, string path) =>
        new(403, "Forbidden", $"forbidden: User \"{user.Name}\" cannot {verb} path \"{path}\"");
}
