using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Objects;

namespace Grainhouse.Gateway.Security;

/// <summary>Writes into a certificate signing request who makes it: nobody may ask in another's name.</summary>
internal static class Requestor
{
    // Of spec; whatever the client wrote there is dropped.
    private static readonly string[] Fields = ["username", "uid", "groups", "extra"];

    /// <summary>The body with its requestor; of any other kind, the body as it is.</summary>
    /// <param name="resource">The kind.</param>
    /// <param name="body">A JSON object.</param>
    /// <param name="user">Who sent it.</param>
    public static byte[] Sign(ResourceDescriptor resource, byte[] body, UserIdentity user)
    {
        // A spec that is no object is refused when the body is decoded.
        if (resource != ResourceCatalog.CertificateSigningRequests || JsonNode.Parse(body)!["spec"] is not JsonObject spec)
        {
            return body;
        }

        foreach (var name in Fields)
        {
            spec.Remove(name);
        }

        spec["username"] = user.Name;
        spec["groups"] = new JsonArray([.. user.Groups.Select(group => JsonValue.Create(group))]);
        return System.Text.Encoding.UTF8.GetBytes(spec.Root.ToJsonString(DocumentJson.Options));
    }
}
