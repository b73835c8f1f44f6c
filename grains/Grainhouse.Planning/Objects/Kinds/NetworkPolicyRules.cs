using System.Text.Json.Nodes;
using Grainhouse.Planning.Documents;
using Grainhouse.Planning.Objects.Validation;

namespace Grainhouse.Planning.Objects.Kinds;

/// <summary>Network policies.</summary>
internal sealed class NetworkPolicyRules : KindRules
{
    private static readonly string[] Protocols = ["SCTP", "TCP", "UDP"];
    private static readonly string[] Types = ["Egress", "Ingress"];

    public override void Default(JsonObject root)
    {
        var spec = root.Child("spec");
        foreach (var (_, rule) in spec.Items("ingress").Concat(spec.Items("egress")))
        {
            foreach (var (_, port) in rule.Items("ports"))
            {
                port.Default("protocol", "TCP");
            }
        }

        // Who is silent about the types means ingress, and egress where there are rules for it.
        if (spec.Array("policyTypes") is not { Count: > 0 })
        {
            spec["policyTypes"] = spec.Array("egress") is { Count: > 0 } ? new JsonArray("Ingress", "Egress") : new JsonArray("Ingress");
        }

        spec.Child("podSelector");
    }

    public override void Validate(JsonObject root, FieldErrors errors)
    {
        var spec = root.Child("spec");
        SelectorRules.Validate(spec.Object("podSelector"), FieldPath.Spec.Child("podSelector"), errors);
        Direction(spec, "ingress", "from", errors);
        Direction(spec, "egress", "to", errors);
        var types = spec.Texts("policyTypes").ToArray();
        if (types.Length > 2)
        {
            errors.InvalidRaw(FieldPath.Spec.Child("policyTypes"), spec["policyTypes"]!.ToJsonString(), "may not specify more than two policyTypes");
        }

        foreach (var (i, type) in types.Where(type => !Types.Contains(type.Text)))
        {
            errors.NotSupported(FieldPath.Spec.Child("policyTypes").Index(i), type, Types);
        }
    }

    private static void Direction(JsonObject spec, string direction, string peers, FieldErrors errors)
    {
        foreach (var (i, rule) in spec.Items(direction))
        {
            var path = FieldPath.Spec.Child(direction).Index(i);
            foreach (var (j, port) in rule.Items("ports"))
            {
                Port(port, path.Child("ports").Index(j), errors);
            }

            foreach (var (j, peer) in rule.Items(peers))
            {
                Peer(peer, path.Child(peers).Index(j), errors);
            }
        }
    }

    private static void Port(JsonObject port, FieldPath path, FieldErrors errors)
    {
        NumberRules.OneOf(port, "protocol", Protocols, path, errors);
        if (port.Has("port"))
        {
            NumberRules.PortNumberOrName(port["port"], path.Child("port"), errors);
        }

        if (port.Number("endPort") is not { } end)
        {
            return;
        }

        if (port.Number("port") is not { } first)
        {
            errors.Invalid(path.Child("endPort"), end, port.Has("port") ? "may not be specified when `port` is non-numeric" : "may not be specified when `port` is not specified");
        }
        else if (end < first)
        {
            errors.Invalid(path.Child("endPort"), end, "must be greater than or equal to `port`");
        }
    }

    private static void Peer(JsonObject peer, FieldPath path, FieldErrors errors)
    {
        SelectorRules.Validate(peer.Object("podSelector"), path.Child("podSelector"), errors);
        SelectorRules.Validate(peer.Object("namespaceSelector"), path.Child("namespaceSelector"), errors);
        var selects = peer.Has("podSelector") || peer.Has("namespaceSelector");
        if (peer.Object("ipBlock") is not { } block)
        {
            if (!selects)
            {
                errors.Required(path, "must specify a peer");
            }

            return;
        }

        if (selects)
        {
            errors.Forbidden(path, "may not specify both ipBlock and another peer");
        }

        Block(block, path.Child("ipBlock"), errors);
    }

    private static void Block(JsonObject block, FieldPath path, FieldErrors errors)
    {
        if (block.Text("cidr") is not { Length: > 0 } cidr)
        {
            errors.Required(path.Child("cidr"));
            return;
        }

        var outer = NameRules.Cidr(path.Child("cidr"), cidr, errors);
        foreach (var (i, exception) in block.Texts("except"))
        {
            var at = path.Child("except").Index(i);
            if (NameRules.Cidr(at, exception, errors) is { } inner && outer is { } whole
                && (!whole.Contains(inner.BaseAddress) || whole.PrefixLength >= inner.PrefixLength))
            {
                errors.Invalid(at, exception, "must be a strict subset of `cidr`");
            }
        }
    }
}
