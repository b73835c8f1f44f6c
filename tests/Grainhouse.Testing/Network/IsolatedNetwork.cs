using System.Diagnostics;
using System.Net;

namespace Grainhouse.Testing.Network;

/// <summary>Hosts that are network namespaces, joined by a switch, with nftables that cut them from each other. Needs root.</summary>
/// <remarks>
/// The switch has a namespace of its own: what the machine's own firewall does with bridged packets is its own business. This
/// machine is on it with two addresses, so that its services and its clients can be cut off one without the other. A cut drops
/// packets without a word, as a broken network does: nobody is refused, everybody waits.
/// </remarks>
public sealed class IsolatedNetwork : IDisposable
{
    private static int made;

    private readonly string name = $"gh{Environment.ProcessId % 100_000}{Interlocked.Increment(ref made)}";
    private readonly string prefix = $"10.{200 + (Environment.ProcessId % 50)}.{made % 250}";
    private readonly int hosts;

    /// <summary>Makes the network.</summary>
    /// <param name="hosts">How many hosts it has, from 0.</param>
    public IsolatedNetwork(int hosts)
    {
        this.hosts = hosts;
        Run($"netns add {Switch}");
        Run($"-n {Switch} link add {Bridge} type bridge");
        Run($"-n {Switch} link set {Bridge} up");
        Run($"link add {name}r type veth peer name root netns {Switch}");
        Run($"-n {Switch} link set root master {Bridge} up");
        Run($"addr add {Client}/24 dev {name}r");
        Run($"addr add {Service}/24 dev {name}r");
        Run($"link set {name}r up");
        for (var host = 0; host < hosts; host++)
        {
            Run($"netns add {Namespace(host)}");
            Run($"-n {Namespace(host)} link add eth0 type veth peer name port{host} netns {Switch}");
            Run($"-n {Switch} link set port{host} master {Bridge} up");
            Run($"-n {Namespace(host)} addr add {Address(host)}/24 dev eth0");
            Run($"-n {Namespace(host)} link set eth0 up");
            Run($"-n {Namespace(host)} link set lo up");
        }
    }

    /// <summary>This machine, as its clients are seen: what it dials comes from here.</summary>
    public IPAddress Client => IPAddress.Parse($"{prefix}.1");

    /// <summary>This machine, as its services are reached.</summary>
    public IPAddress Service => IPAddress.Parse($"{prefix}.2");

    /// <summary>The subnet, as CIDR.</summary>
    public string Subnet => $"{prefix}.0/24";

    private string Switch => $"{name}s";

    private static string Bridge => "switch";

    /// <summary>A host's address.</summary>
    public IPAddress Address(int host) => IPAddress.Parse($"{prefix}.{10 + host}");

    /// <summary>What a command must begin with to run on a host.</summary>
    public IReadOnlyList<string> On(int host) => ["ip", "netns", "exec", Namespace(host)];

    /// <summary>Drops all packets between a host and others.</summary>
    public void Cut(int host, IEnumerable<IPAddress> others)
    {
        var set = string.Join(", ", others);
        Run("nft", [.. On(host), "nft", $$"""
            table inet cut {
              chain in { type filter hook input priority 0; ip saddr { {{set}} } drop; }
              chain out { type filter hook output priority 0; ip daddr { {{set}} } drop; }
            }
            """]);
    }

    /// <summary>Ends all cuts of a host.</summary>
    public void Heal(int host) => Run("nft", [.. On(host), "nft", "delete table inet cut"]);

    /// <summary>Removes everything. What still runs on a host goes on without a network.</summary>
    public void Dispose()
    {
        // The pairs of devices go with the namespaces.
        Run($"link del {name}r");
        for (var host = 0; host < hosts; host++)
        {
            Run($"netns del {Namespace(host)}");
        }

        Run($"netns del {Switch}");
    }

    private string Namespace(int host) => $"{name}h{host}";

    private static void Run(string arguments) => Run(arguments, ["ip", .. arguments.Split(' ')]);

    private static void Run(string what, IReadOnlyList<string> command)
    {
        using var process = Process.Start(new ProcessStartInfo(command[0], command.Skip(1)) { RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{what}: {error}");
        }
    }
}
