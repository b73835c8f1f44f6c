using System.Text.Json;
using static Grainhouse.Gateway.Tables.TableCell;

namespace Grainhouse.Gateway.Tables;

/// <content>Ingresses and network policies.</content>
internal static partial class TablePrinters
{
    private const int MostHosts = 3;

    private static TablePrinter Ingresses => TablePrinter.Of(
        Name,
        Text("Class", "The name of the IngressClass resource that should be used for additional configuration", item => item.At("spec", "ingressClassName").TextOr("<none>")),
        Text("Hosts", "Hosts that incoming requests are matched against before the ingress rule", item => Hosts(item.At("spec", "rules"))),
        Text("Address", "Address is a list containing ingress points for the load-balancer", item => Addresses(item.At("status", "loadBalancer").At("ingress"))),
        Text("Ports", "Ports of TLS configurations that open", item => item.At("spec", "tls").Count() > 0 ? "80, 443" : "80"),
        Age);

    private static TablePrinter IngressClasses => TablePrinter.Of(
        Name,
        Text("Controller", "Controller that is responsible for handling this class", item => item.At("spec", "controller").Text()),
        Text("Parameters", "A reference to a resource with additional parameters", item => Parameters(item.At("spec", "parameters"))),
        Age);

    private static TablePrinter NetworkPolicies => TablePrinter.Of(
        Name,
        Text("Pod-Selector", "podSelector selects the pods to which this NetworkPolicy object applies.", item => Selector(item.At("spec", "podSelector"))),
        Age);

    private static string Hosts(JsonElement rules)
    {
        var shown = rules.Items().Select(rule => rule.At("host").Text()).Where(host => host.Length > 0).ToArray();
        return shown.Length == 0 ? "*"
            : shown.Length >= MostHosts && rules.Count() > MostHosts ? $"{string.Join(',', shown.Take(MostHosts))} + {rules.Count() - MostHosts} more..."
            : string.Join(',', shown);
    }

    private static string Addresses(JsonElement points) => string.Join(',', points.Items()
        .Select(point => point.At("ip").TextOr(point.At("hostname").Text()))
        .Where(address => address.Length > 0)
        .Distinct().Order(StringComparer.Ordinal));

    private static string Parameters(JsonElement reference)
    {
        if (!reference.Exists())
        {
            return "<none>";
        }

        var group = reference.At("apiGroup").Text() is { Length: > 0 } named ? "." + named : "";
        return $"{reference.At("kind").Text()}{group}/{reference.At("name").Text()}";
    }
}
