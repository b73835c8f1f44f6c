using System.Net;
using System.Text.Json.Nodes;
using Grainhouse.Planning.Documents;
using Grainhouse.Planning.Objects.Validation;

namespace Grainhouse.Planning.Objects.Kinds;

/// <summary>Endpoints.</summary>
internal sealed class EndpointsRules : KindRules
{
    private static readonly string[] Protocols = ["SCTP", "TCP", "UDP"];

    public override void Default(JsonObject root)
    {
        foreach (var subset in root.Array("subsets") ?? [])
        {
            foreach (var port in (subset as JsonObject).Array("ports") ?? [])
            {
                (port as JsonObject)?.Default("protocol", "TCP");
            }
        }
    }

    public override void Validate(JsonObject root, FieldErrors errors)
    {
        var subsets = root.Array("subsets");
        for (var i = 0; i < (subsets?.Count ?? 0); i++)
        {
            var subset = subsets![i] as JsonObject;
            var path = FieldPath.Root("subsets").Index(i);
            if (subset.Array("addresses") is not { Count: > 0 } && subset.Array("notReadyAddresses") is not { Count: > 0 })
            {
                errors.Required(path, "must specify `addresses` or `notReadyAddresses`");
            }

            Addresses(subset.Array("addresses"), path.Child("addresses"), errors);
            Addresses(subset.Array("notReadyAddresses"), path.Child("notReadyAddresses"), errors);
            Ports(subset.Array("ports"), path.Child("ports"), errors);
        }
    }

    private static void Addresses(JsonArray? addresses, FieldPath path, FieldErrors errors)
    {
        for (var i = 0; i < (addresses?.Count ?? 0); i++)
        {
            var ip = (addresses![i] as JsonObject).Text("ip") ?? "";
            if (!IPAddress.TryParse(ip, out _))
            {
                errors.Invalid(path.Index(i).Child("ip"), ip, "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)");
            }
        }
    }

    private static void Ports(JsonArray? ports, FieldPath path, FieldErrors errors)
    {
        for (var i = 0; i < (ports?.Count ?? 0); i++)
        {
            var port = ports![i] as JsonObject;
            if (ports.Count > 1 && string.IsNullOrEmpty(port.Text("name")))
            {
                errors.Required(path.Index(i).Child("name"));
            }

            NumberRules.PortNumber(port.Number("port") ?? 0, path.Index(i).Child("port"), errors);
            NumberRules.OneOf(port, "protocol", Protocols, path.Index(i), errors);
        }
    }
}
