using System.Collections.Immutable;
using System.Net;

namespace Grainhouse.HostAgent.Runtimes.Hosts;

/// <summary>The name servers of this host, as far as pods can reach them.</summary>
internal static class HostResolvers
{
    private const string Configuration = "/etc/resolv.conf";

    // What systemd's stub on 127.0.0.53 asks itself.
    private const string BehindStub = "/run/systemd/resolve/resolv.conf";

    /// <summary>Name servers to be told to a pod because the host's own file names only its loopback; empty when that file will do.</summary>
    public static ImmutableArray<string> ForPods()
    {
        var own = Read(Configuration);
        return own.All(IsLoopback) && File.Exists(BehindStub) ? [.. Read(BehindStub).Where(server => !IsLoopback(server))] : [];
    }

    private static ImmutableArray<string> Read(string path) => !File.Exists(path) ? [] :
    [
        .. File.ReadLines(path)
            .Select(line => line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
            .Where(words => words is ["nameserver", _, ..])
            .Select(words => words[1]),
    ];

    private static bool IsLoopback(string server) => IPAddress.TryParse(server, out var address) && IPAddress.IsLoopback(address);
}
