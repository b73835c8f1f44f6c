using System.Text.Json;

namespace Grainhouse.Gateway.Tables;

/// <content>Services, Endpoints and EndpointSlices.</content>
internal static partial class TablePrinters
{
    private const int MostShown = 3;

    // Of a load balancer's addresses, so many letters fit a table that is not wide.
    private const int LoadBalancerWidth = 16;

    private static TablePrinter Services => new(
        [
            TableColumn.ObjectName,
            TableColumn.Text("Type", "type determines how the Service is exposed. Defaults to ClusterIP. Valid options are ExternalName, ClusterIP, NodePort, and LoadBalancer."),
            TableColumn.Text("Cluster-IP", "clusterIP is the IP address of the service and is usually assigned randomly."),
            TableColumn.Text("External-IP", "externalIPs is a list of IP addresses for which nodes in the cluster will also accept traffic for this service."),
            TableColumn.Text("Port(s)", "The list of ports that are exposed by this service."),
            TableColumn.Age,
            TableColumn.Wide("Selector", "Route service traffic to pods with label keys and values matching this selector."),
        ],
        (json, service, now) =>
        {
            var spec = service.At("spec");
            json.WriteStringValue(service.Name());
            json.WriteStringValue(spec.At("type").Text());
            json.WriteStringValue(First(spec.At("clusterIPs"), spec.At("clusterIP").TextOr("<none>")));
            json.WriteStringValue(ExternalIp(service));
            json.WriteStringValue(ServicePorts(spec.At("ports")));
            json.WriteStringValue(service.Age(now));
            json.WriteStringValue(spec.At("selector").Labels());
        });

    private static TablePrinter Endpoints => new(
        [
            TableColumn.ObjectName,
            TableColumn.Text("Endpoints", "The set of all endpoints is the union of all subsets."),
            TableColumn.Age,
        ],
        (json, endpoints, now) =>
        {
            var shown = new List<string>();
            var count = 0;
            foreach (var subset in endpoints.At("subsets").Items())
            {
                foreach (var suffix in Suffixes(subset.At("ports")))
                {
                    foreach (var address in subset.At("addresses").Items())
                    {
                        Show(shown, ref count, Host(address.At("ip").Text(), suffix));
                    }
                }
            }

            json.WriteStringValue(endpoints.Name());
            json.WriteStringValue(Shown(shown, count, "<none>"));
            json.WriteStringValue(endpoints.Age(now));
        });

    private static TablePrinter EndpointSlices => new(
        [
            TableColumn.ObjectName,
            TableColumn.Text("AddressType", "addressType specifies the type of address carried by this EndpointSlice. All addresses in this slice must be the same type."),
            TableColumn.Text("Ports", "ports specifies the list of network ports exposed by each endpoint in this slice."),
            TableColumn.Text("Endpoints", "endpoints is a list of unique endpoints in this slice."),
            TableColumn.Age,
        ],
        (json, slice, now) =>
        {
            var (ports, endpoints) = (new List<string>(), new List<string>());
            var (portCount, endpointCount) = (0, 0);
            foreach (var port in slice.At("ports").Items())
            {
                Show(ports, ref portCount, port.At("port").Exists() ? port.At("port").Number().ToString() : "*");
            }

            foreach (var endpoint in slice.At("endpoints").Items())
            {
                foreach (var address in endpoint.At("addresses").Items())
                {
                    Show(endpoints, ref endpointCount, address.Text());
                }
            }

            json.WriteStringValue(slice.Name());
            json.WriteStringValue(slice.At("addressType").Text());
            json.WriteStringValue(Shown(ports, portCount, "<unset>"));
            json.WriteStringValue(Shown(endpoints, endpointCount, "<unset>"));
            json.WriteStringValue(slice.Age(now));
        });

    private static IEnumerable<string> Suffixes(JsonElement ports) =>
        ports.Count() == 0 ? [""] : ports.Items().Select(port => $":{port.At("port").Number()}");

    private static string Host(string address, string suffix) =>
        suffix.Length > 0 && address.Contains(':', StringComparison.Ordinal) ? $"[{address}]{suffix}" : address + suffix;

    private static void Show(List<string> shown, ref int count, string text)
    {
        count++;
        if (shown.Count < MostShown)
        {
            shown.Add(text);
        }
    }

    private static string Shown(List<string> shown, int count, string whenEmpty) =>
        count == 0 ? whenEmpty
        : count > MostShown ? $"{string.Join(',', shown)} + {count - MostShown} more..."
        : string.Join(',', shown);

    private static string First(JsonElement list, string otherwise)
    {
        foreach (var item in list.Items())
        {
            return item.Text();
        }

        return otherwise;
    }

    private static string ExternalIp(JsonElement service)
    {
        var spec = service.At("spec");
        var external = string.Join(',', spec.At("externalIPs").Items().Select(Fields.Text));
        switch (spec.At("type").Text())
        {
            case "ClusterIP" or "NodePort":
                return external.Length > 0 ? external : "<none>";
            case "LoadBalancer":
                var balanced = string.Join(',', service.At("status", "loadBalancer").At("ingress").Items()
                    .Select(ingress => ingress.At("ip").TextOr(ingress.At("hostname").Text()))
                    .Where(address => address.Length > 0).Order(StringComparer.Ordinal));
                balanced = balanced.Length > LoadBalancerWidth ? balanced[..(LoadBalancerWidth - 3)] + "..." : balanced;
                return (balanced.Length, external.Length) switch
                {
                    (0, 0) => "<pending>",
                    (_, 0) => balanced,
                    (0, _) => external,
                    _ => $"{balanced},{external}",
                };
            case "ExternalName":
                return spec.At("externalName").Text();
            default:
                return "<unknown>";
        }
    }

    private static string ServicePorts(JsonElement ports) =>
        ports.Count() == 0
            ? "<none>"
            : string.Join(',', ports.Items().Select(port => port.At("nodePort").Number() is var node and > 0
                ? $"{port.At("port").Number()}:{node}/{port.At("protocol").TextOr("TCP")}"
                : $"{port.At("port").Number()}/{port.At("protocol").TextOr("TCP")}"));
}
