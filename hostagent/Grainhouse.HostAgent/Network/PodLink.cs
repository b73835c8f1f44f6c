using System.Globalization;
using System.Net;

namespace Grainhouse.HostAgent.Network;

/// <summary>A pod's link to the bridge: one end on the host, named after the sandbox, the other in the pod as <c>eth0</c>.</summary>
internal static class PodLink
{
    private const string Inside = "eth0";
    private const string Loopback = "lo";
    private const int Up = 1;

    // A sandbox makes its network namespace with its first instruction; a host that is out of breath may take a while to get there.
    private static readonly TimeSpan NamespaceTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan NamespacePoll = TimeSpan.FromMilliseconds(1);

    /// <summary>Whether the link of a sandbox is complete: its host's end goes up last.</summary>
    public static bool IsUp(string sandboxId)
    {
        try
        {
            var flags = File.ReadAllText($"/sys/class/net/{NameOf(sandboxId)}/flags").AsSpan().TrimEnd();
            return flags.StartsWith("0x") && (int.Parse(flags[2..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture) & Up) != 0;
        }
        catch (Exception gone) when (gone is DirectoryNotFoundException or FileNotFoundException or IOException)
        {
            return false;
        }
    }

    /// <summary>Links a sandbox with the bridge; nothing to do when it is.</summary>
    /// <exception cref="NotSupportedException">This cannot work with this engine: its processes are not this host's, or may make no network namespace.</exception>
    public static async Task ConnectAsync(
        PodBridge bridge, string sandboxId, int processId, IPAddress address, TimeProvider time, CancellationToken cancellationToken)
    {
        var cgroups = await File.ReadAllTextAsync($"/proc/{processId}/cgroup", cancellationToken);
        if (!cgroups.Contains(sandboxId, StringComparison.Ordinal))
        {
            throw new NotSupportedException($"Process {processId} of this host is not the sandbox's: the engine's processes are elsewhere.");
        }

        await AwaitNamespaceAsync(processId, time, cancellationToken);
        var name = NameOf(sandboxId);
        if (IsUp(sandboxId) && await HasLinkAsync(processId))
        {
            return;
        }

        using var host = new RouteSocket();
        if (RouteSocket.IndexOf(name) != 0)
        {
            host.Delete(name);
        }

        host.AddPair(name, RouteSocket.IndexOf(bridge.Link), MtuOf(bridge.Link), Inside, processId);
        await NetworkNamespace.RunInAsync(processId, () =>
        {
            using var pod = new RouteSocket();
            pod.SetUp(Loopback);
            pod.AddAddress(Inside, address, bridge.Subnet.PrefixLength);
            pod.SetUp(Inside);
            pod.AddDefaultRoute(Inside, bridge.Gateway);
        });
        host.SetUp(name);
    }

    /// <summary>The name of the host's end: at most the 15 characters that the kernel takes.</summary>
    private static string NameOf(string sandboxId) => string.Concat("gh", sandboxId.AsSpan(0, 12));

    private static async Task AwaitNamespaceAsync(int processId, TimeProvider time, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        while (NetworkNamespace.Of(processId) == NetworkNamespace.Own)
        {
            if (time.GetElapsedTime(began) > NamespaceTimeout)
            {
                throw new NotSupportedException($"The sandbox's process {processId} made no network namespace of its own.");
            }

            await Task.Delay(NamespacePoll, time, cancellationToken);
        }
    }

    private static async Task<bool> HasLinkAsync(int processId)
    {
        var index = 0;
        await NetworkNamespace.RunInAsync(processId, () => index = RouteSocket.IndexOf(Inside));
        return index != 0;
    }

    private static int MtuOf(string link) => int.Parse(File.ReadAllText($"/sys/class/net/{link}/mtu"), CultureInfo.InvariantCulture);
}
