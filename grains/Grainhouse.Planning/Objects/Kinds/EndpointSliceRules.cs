using System.Net;
using System.Text.Json.Nodes;
using Grainhouse.Planning.Documents;
using Grainhouse.Planning.Objects.Validation;

namespace Grainhouse.Planning.Objects.Kinds;

/// <summary>Endpoint slices: one family of addresses each, for ever.</summary>
internal sealed class EndpointSliceRules : KindRules
{
    private static readonly string[] AddressTypes = ["FQDN", "IPv4", "IPv6"];
    private static readonly string[] Protocols = ["SCTP", "TCP", "UDP"];

    /// <summary>Upstream's bound on the addresses of one endpoint.</summary>
    private const int MostAddresses = 100;

    public override void Default(JsonObject root)
    {
        foreach (var port in root.Array("ports") ?? [])
        {
            (port as JsonObject)?.Default("name", "");
            (port as JsonObject)?.Default("protocol", "TCP");
        }
    }

    public override void Validate(JsonObject root, FieldErrors errors)
    {
        if (string.IsNullOrEmpty(root.Text("addressType")))
        {
            errors.Required(FieldPath.Root("addressType"));
        }
        else if (Array.IndexOf(AddressTypes, root.Text("addressType")) < 0)
        {
            errors.NotSupported(FieldPath.Root("addressType"), root.Text("addressType")!, AddressTypes);
        }

        var endpoints = root.Array("endpoints");
        for (var i = 0; i < (endpoints?.Count ?? 0); i++)
        {
            Addresses((endpoints![i] as JsonObject).Array("addresses"), root.Text("addressType"), FieldPath.Root("endpoints").Index(i).Child("addresses"), errors);
        }

        var names = new HashSet<string>(StringComparer.Ordinal);
        var ports = root.Array("ports");
        for (var i = 0; i < (ports?.Count ?? 0); i++)
        {
            var port = ports![i] as JsonObject;
            var path = FieldPath.Root("ports").Index(i);
            if (!names.Add(port.Text("name") ?? ""))
            {
                errors.Duplicate(path.Child("name"), port.Text("name") ?? "");
            }

            NumberRules.OneOf(port, "protocol", Protocols, path, errors);
        }
    }

    public override void ValidateUpdate(JsonObject root, JsonObject old, FieldErrors errors)
    {
        if (root.Text("addressType") != old.Text("addressType"))
        {
            errors.Invalid(FieldPath.Root("addressType"), root["addressType"], "field is immutable");
        }
    }

    private static void Addresses(JsonArray? addresses, string? type, FieldPath path, FieldErrors errors)
    {
        if (addresses is not { Count: > 0 })
        {
            errors.Required(path, "must contain at least 1 address");
            return;
        }

        if (addresses.Count > MostAddresses)
        {
            errors.Invalid(path, addresses.Count, $"must contain no more than {MostAddresses} addresses");
        }

        for (var i = 0; i < addresses.Count && type is "IPv4" or "IPv6"; i++)
        {
            var address = addresses[i].Text() ?? "";
            if (!IPAddress.TryParse(address, out var ip) || ip.AddressFamily != (type == "IPv4" ? System.Net.Sockets.AddressFamily.InterNetwork : System.Net.Sockets.AddressFamily.InterNetworkV6))
            {
                errors.Invalid(path.Index(i), address, $"must be a valid {type} address");
            }
        }
    }
}
