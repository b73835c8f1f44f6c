using System.Net;
using System.Text.Json.Nodes;
using Grainhouse.Planning.Documents;

namespace Grainhouse.Planning.Objects.Validation;

/// <summary>Services.</summary>
internal static class ServiceRules
{
    private static readonly string[] Types = ["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"];
    private static readonly string[] Affinities = ["ClientIP", "None"];
    private static readonly string[] Protocols = ["SCTP", "TCP", "UDP"];

    public static void Validate(JsonObject spec, FieldErrors errors)
    {
        var type = spec.Text("type") ?? "";
        var headless = spec.Text("clusterIP") == "None";
        NumberRules.OneOf(spec, "type", Types, FieldPath.Spec, errors);
        NumberRules.OneOf(spec, "sessionAffinity", Affinities, FieldPath.Spec, errors);
        MetadataRules.Labels(spec.Object("selector"), FieldPath.Spec, "selector", errors);
        if (type == "ExternalName")
        {
            ExternalName(spec, errors);
        }
        else if (spec.Array("ports") is not { Count: > 0 } && !headless)
        {
            errors.Required(FieldPath.Spec.Child("ports"));
        }

        if (spec.Array("ports") is { } ports)
        {
            Ports(ports, type, errors);
        }

        Addresses(spec.Array("clusterIPs"), errors);
    }

    public static void ValidateUpdate(JsonObject spec, JsonObject old, FieldErrors errors)
    {
        var address = spec.Text("clusterIP") ?? "";
        if (old.Text("clusterIP") is { Length: > 0 } before && before != address
            && spec.Text("type") != "ExternalName" && old.Text("type") != "ExternalName")
        {
            errors.InvalidRaw(FieldPath.Spec.Child("clusterIPs").Index(0), GoWords.Strings(spec.Array("clusterIPs") ?? []), "may not change once set");
        }
    }

    private static void ExternalName(JsonObject spec, FieldErrors errors)
    {
        if (spec.Text("externalName") is not { Length: > 0 } name)
        {
            errors.Required(FieldPath.Spec.Child("externalName"));
        }
        else
        {
            NameRules.Subdomain(FieldPath.Spec.Child("externalName"), name.TrimEnd('.'), errors);
        }

        if (spec.Text("clusterIP") is { Length: > 0 } address)
        {
            errors.Forbidden(FieldPath.Spec.Child("clusterIPs"), $"may not be set when `type` is 'ExternalName' (found {address})");
        }
    }

    private static void Ports(JsonArray ports, string type, FieldErrors errors)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var uses = new HashSet<(string, long)>();
        for (var i = 0; i < ports.Count; i++)
        {
            var port = ports[i] as JsonObject;
            var path = FieldPath.Spec.Child("ports").Index(i);
            Name(port, path, ports.Count > 1, names, errors);
            var number = port.Number("port") ?? 0;
            NumberRules.PortNumber(number, path.Child("port"), errors);
            NumberRules.OneOf(port, "protocol", Protocols, path, errors);
            if (port.Has("targetPort"))
            {
                NumberRules.PortNumberOrName(port!["targetPort"], path.Child("targetPort"), errors);
            }

            if (type == "ClusterIP" && port.Number("nodePort") is > 0)
            {
                errors.Forbidden(path.Child("nodePort"), "may not be used when `type` is 'ClusterIP'");
            }

            var protocol = port.Text("protocol") ?? "TCP";
            if (!uses.Add((protocol, number)))
            {
                errors.DuplicateRaw(
                    path,
                    $"core.ServicePort{{Name:\"\", Protocol:{GoWords.Quote(protocol)}, AppProtocol:(*string)(nil), Port:{number}, "
                    + "TargetPort:intstr.IntOrString{Type:0, IntVal:0, StrVal:\"\"}, NodePort:0}");
            }
        }
    }

    private static void Name(JsonObject? port, FieldPath path, bool required, HashSet<string> names, FieldErrors errors)
    {
        if (port.Text("name") is not { Length: > 0 } name)
        {
            if (required)
            {
                errors.Required(path.Child("name"));
            }

            return;
        }

        NameRules.Label(path.Child("name"), name, errors);
        if (!names.Add(name))
        {
            errors.Duplicate(path.Child("name"), name);
        }
    }

    private static void Addresses(JsonArray? addresses, FieldErrors errors)
    {
        for (var i = 0; i < (addresses?.Count ?? 0); i++)
        {
            var address = addresses![i].Text() ?? "";
            if (address != "None" && !IPAddress.TryParse(address, out _))
            {
                errors.Invalid(
                    FieldPath.Spec.Child("clusterIPs").Index(i), address, "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)");
            }
        }
    }
}
