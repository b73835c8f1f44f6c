using System.Text.Json.Nodes;

namespace Grainhouse.Acceptance.Tests.Prometheus;

/// <summary>The targets of Prometheus' roles, each as one line: as Prometheus has them, and as they follow from the cluster's lists.</summary>
/// <remarks>https://prometheus.io/docs/prometheus/2.42/configuration/configuration/#kubernetes_sd_config.</remarks>
internal static class DiscoveredTargets
{
    /// <summary>The meta labels of each role that are compared, after <c>__meta_kubernetes_</c>; the address is compared too.</summary>
    public static readonly Dictionary<string, string[]> Roles = new()
    {
        ["node"] = ["node_name", "node_label_turn", "node_address_InternalIP"],
        ["pod"] = ["namespace", "pod_name", "pod_uid", "pod_ip", "pod_phase", "pod_ready", "pod_node_name", "pod_container_name", "pod_label_turn"],
        ["service"] = ["namespace", "service_name", "service_cluster_ip", "service_type", "service_port_name", "service_label_turn"],
        ["endpoints"] = ["namespace", "endpoints_name", "endpoint_ready", "endpoint_port_name", "endpoint_address_target_name"],
        ["endpointslice"] =
            ["namespace", "endpointslice_name", "endpointslice_endpoint_conditions_ready", "endpointslice_port_name", "endpointslice_address_target_name"],
        ["ingress"] = ["namespace", "ingress_name", "ingress_host", "ingress_path", "ingress_label_turn"],
    };

    /// <summary>What Prometheus has.</summary>
    public static async Task<IReadOnlyList<string>> FoundAsync(PrometheusServer prometheus) => Sorted(
        from target in await prometheus.TargetsAsync()
        let role = Text(target, "job")
        where Roles.ContainsKey(role)
        select Line(role, Text(target, "__address__"), [.. Roles[role].Select(label => Text(target, $"__meta_kubernetes_{label}"))]));

    /// <summary>What the cluster has.</summary>
    public static async Task<IReadOnlyList<string>> ExpectedAsync(ApiClient api)
    {
        var lists = await Task.WhenAll(
            ListAsync(api, "/api/v1/nodes", Node),
            ListAsync(api, "/api/v1/pods", Pod),
            ListAsync(api, "/api/v1/services", Service),
            ListAsync(api, "/api/v1/endpoints", Endpoints),
            ListAsync(api, "/apis/discovery.k8s.io/v1/endpointslices", EndpointSlice),
            ListAsync(api, "/apis/networking.k8s.io/v1/ingresses", Ingress));
        return Sorted(lists.SelectMany(list => list));
    }

    private static async Task<IEnumerable<string>> ListAsync(ApiClient api, string path, Func<JsonNode, IEnumerable<string>> targets) =>
        JsonNode.Parse((await api.GetAsync(path)).Ok().Body)!["items"]!.AsArray().SelectMany(item => targets(item!));

    private static IEnumerable<string> Node(JsonNode node)
    {
        var address = Items(node, "status", "addresses").First(item => Text(item, "type") == "InternalIP");
        var port = Text(node, "status", "daemonEndpoints", "kubeletEndpoint", "Port");
        yield return Line(
            "node", $"{Text(address, "address")}:{(port.Length == 0 ? "0" : port)}",
            Text(node, "metadata", "name"), Text(node, "metadata", "labels", "turn"), Text(address, "address"));
    }

    private static IEnumerable<string> Pod(JsonNode pod) =>
        from container in Items(pod, "spec", "containers")
        from port in Items(container, "ports")
        let ip = Text(pod, "status", "podIP")
        where ip.Length > 0
        let ready = Items(pod, "status", "conditions").FirstOrDefault(condition => Text(condition, "type") == "Ready")
        select Line(
            "pod", $"{ip}:{Text(port, "containerPort")}",
            Namespace(pod), Name(pod), Text(pod, "metadata", "uid"), ip, Text(pod, "status", "phase"), ready is null ? "unknown" : Lower(Text(ready, "status")),
            Text(pod, "spec", "nodeName"), Text(container, "name"), Turn(pod));

    private static IEnumerable<string> Service(JsonNode service) =>
        from port in Items(service, "spec", "ports")
        select Line(
            "service", $"{Name(service)}.{Namespace(service)}.svc:{Text(port, "port")}",
            Namespace(service), Name(service), Text(service, "spec", "clusterIP"), Text(service, "spec", "type"), Text(port, "name"), Turn(service));

    private static IEnumerable<string> Endpoints(JsonNode endpoints) =>
        from subset in Items(endpoints, "subsets")
        from port in Items(subset, "ports")
        from ready in new[] { true, false }
        from address in Items(subset, ready ? "addresses" : "notReadyAddresses")
        select Line(
            "endpoints", $"{Text(address, "ip")}:{Text(port, "port")}",
            Namespace(endpoints), Name(endpoints), ready ? "true" : "false", Text(port, "name"), Text(address, "targetRef", "name"));

    private static IEnumerable<string> EndpointSlice(JsonNode slice) =>
        from endpoint in Items(slice, "endpoints")
        from port in Items(slice, "ports")
        from address in Items(endpoint, "addresses")
        select Line(
            "endpointslice", $"{address}:{Text(port, "port")}",
            Namespace(slice), Name(slice), Lower(Text(endpoint, "conditions", "ready")), Text(port, "name"), Text(endpoint, "targetRef", "name"));

    private static IEnumerable<string> Ingress(JsonNode ingress) =>
        from rule in Items(ingress, "spec", "rules")
        from path in Items(rule, "http", "paths")
        let host = Text(rule, "host")
        select Line("ingress", host, Namespace(ingress), Name(ingress), host, Text(path, "path"), Turn(ingress));

    private static string Line(string role, string address, params string[] labels) => $"{role} {address} {string.Join(' ', labels.Select(label => $"[{label}]"))}";

    private static IReadOnlyList<string> Sorted(IEnumerable<string> lines) => [.. lines.Order(StringComparer.Ordinal)];

    private static string Name(JsonNode item) => Text(item, "metadata", "name");

    private static string Namespace(JsonNode item) => Text(item, "metadata", "namespace");

    private static string Turn(JsonNode item) => Text(item, "metadata", "labels", "turn");

    private static string Text(JsonNode? node, params string[] path) => path.Aggregate(node, (at, name) => at?[name])?.ToString() ?? "";

    private static IEnumerable<JsonNode> Items(JsonNode? node, params string[] path) =>
        path.Aggregate(node, (at, name) => at?[name])?.AsArray().Select(item => item!) ?? [];

    // JsonNode writes true as "true"; a condition's status is "True".
    private static string Lower(string text) => text.ToLowerInvariant();
}
