using System.Collections.Immutable;
using k8s.Models;

namespace Grainhouse.HostAgent.Probes;

/// <summary>Resolves probes and hooks: ports by name, the pod's address as the default host.</summary>
public static class ProbeTargets
{
    /// <summary>What a probe asks.</summary>
    public static ProbeTarget Of(V1Container container, V1Probe probe, string podAddress) => probe switch
    {
        { Exec: { } exec } => new ProbeTarget.Exec([.. exec.Command ?? []]),
        { HttpGet: { } http } => Http(container, http, podAddress),
        { TcpSocket: { } tcp } => Tcp(container, tcp, podAddress),
        { Grpc: { } grpc } => new ProbeTarget.Grpc(podAddress, grpc.Port, grpc.Service ?? ""),
        _ => new ProbeTarget.Unresolved("missing probe handler"),
    };

    /// <summary>What a lifecycle hook does.</summary>
    public static ProbeTarget Of(V1Container container, V1LifecycleHandler handler, string podAddress) => handler switch
    {
        { Exec: { } exec } => new ProbeTarget.Exec([.. exec.Command ?? []]),
        { HttpGet: { } http } => Http(container, http, podAddress),
        { TcpSocket: { } tcp } => Tcp(container, tcp, podAddress),
        { Sleep: { } sleep } => new ProbeTarget.Sleep(TimeSpan.FromSeconds(sleep.Seconds)),
        _ => new ProbeTarget.Unresolved("invalid handler"),
    };

    private static ProbeTarget Http(V1Container container, V1HTTPGetAction http, string podAddress)
    {
        if (Port(container, http.Port) is not { } port)
        {
            return new ProbeTarget.Unresolved($"invalid port number: {http.Port?.Value}");
        }

        var scheme = string.Equals(http.Scheme, "HTTPS", StringComparison.OrdinalIgnoreCase) ? "https" : "http";
        var host = string.IsNullOrEmpty(http.Host) ? podAddress : http.Host;
        var path = http.Path is { Length: > 0 } given ? (given[0] == '/' ? given : "/" + given) : "/";
        return Uri.TryCreate($"{scheme}://{Bracketed(host)}:{port}{path}", UriKind.Absolute, out var url)
            ? new ProbeTarget.Http(url, [.. (http.HttpHeaders ?? []).Select(header => KeyValuePair.Create(header.Name, header.Value ?? ""))])
            : new ProbeTarget.Unresolved($"invalid URL {scheme}://{host}:{port}{path}");
    }

    private static ProbeTarget Tcp(V1Container container, V1TCPSocketAction tcp, string podAddress) =>
        Port(container, tcp.Port) is { } port
            ? new ProbeTarget.Tcp(string.IsNullOrEmpty(tcp.Host) ? podAddress : tcp.Host, port)
            : new ProbeTarget.Unresolved($"invalid port number: {tcp.Port?.Value}");

    private static int? Port(V1Container container, IntOrString? port)
    {
        if (port?.Value is not { Length: > 0 } text)
        {
            return null;
        }

        if (!int.TryParse(text, out var number))
        {
            number = (container.Ports ?? []).FirstOrDefault(named => named.Name == text)?.ContainerPort ?? 0;
        }

        return number is > 0 and <= 65535 ? number : null;
    }

    private static string Bracketed(string host) => host.Contains(':', StringComparison.Ordinal) ? $"[{host}]" : host;
}
