using Grainhouse.Interfaces.Api;
using Grainhouse.Interfaces.Objects;
using Grpc.Core;

namespace Grainhouse.Gateway.Calls;

/// <summary>Where objects are under the Kubernetes API's paths.</summary>
internal static class ApiPath
{
    /// <summary>The path of a kind's objects, in one namespace or (empty) in all.</summary>
    /// <exception cref="RpcException">INVALID_ARGUMENT: a name is missing, or is none.</exception>
    public static string Collection(ResourceType? type, string @namespace)
    {
        var resource = Segment(type?.Resource ?? "", "type.resource");
        return @namespace.Length == 0
            ? $"{Root(type!.ApiVersion)}/{resource}"
            : $"{Root(type!.ApiVersion)}/namespaces/{Segment(@namespace, "namespace")}/{resource}";
    }

    /// <summary>The path of an object, or of a subresource of it.</summary>
    /// <exception cref="RpcException">INVALID_ARGUMENT: a name is missing, or is none.</exception>
    public static string Object(ObjectName? named, string subresource)
    {
        var path = $"{Collection(named?.Type, named?.Namespace ?? "")}/{Segment(named?.Name ?? "", "name")}";
        return subresource.Length == 0 ? path : $"{path}/{Segment(subresource, "subresource")}";
    }

    private static string Root(string apiVersion) => apiVersion.Split('/') switch
    {
        [{ Length: > 0 }] => $"/api/{Segment(apiVersion, "type.api_version")}",
        [var group, var version] => $"/apis/{Segment(group, "type.api_version")}/{Segment(version, "type.api_version")}",
        _ => throw CallErrors.Refuse(ApiStatus.BadRequest($"type.api_version \"{apiVersion}\" must be a version, as in \"v1\", or group/version, as in \"apps/v1\"")),
    };

    // Kubernetes' own rule for what may be a part of a path: path.IsValidPathSegmentName.
    private static string Segment(string text, string field) => text switch
    {
        "" => throw CallErrors.Refuse(ApiStatus.BadRequest($"{field} is required")),
        "." or ".." => throw CallErrors.Refuse(ApiStatus.BadRequest($"{field} may not be '{text}'")),
        _ when text.AsSpan().IndexOfAny('/', '%') >= 0 => throw CallErrors.Refuse(ApiStatus.BadRequest($"{field} \"{text}\" may not contain '/' or '%'")),
        _ => text,
    };
}
