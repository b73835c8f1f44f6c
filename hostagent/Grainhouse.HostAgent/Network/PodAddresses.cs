using System.Net;

namespace Grainhouse.HostAgent.Network;

/// <summary>Which sandbox has which address on this host's bridge: a file per address, which all agents of the host respect.</summary>
/// <remarks>
/// As CNI's host-local plugin keeps them. The directory is to be one that a restart of the machine empties, as it ends the pods too.
/// An address that was freed comes last in turn, so that connections to the pod that had it do not reach another one.
/// </remarks>
internal sealed class PodAddresses
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, IPAddress> given = new(StringComparer.Ordinal);
    private readonly HashSet<IPAddress> inherited = [];
    private readonly PodBridge bridge;
    private readonly string directory;
    private readonly string scope;
    private int next;

    /// <summary>Takes up the addresses that this agent's sandboxes have already.</summary>
    public PodAddresses(PodBridge bridge, string directory, string scope)
    {
        (this.bridge, this.directory, this.scope) = (bridge, Path.Combine(directory, bridge.Id), scope);
        next = Random.Shared.Next(bridge.PodAddresses);
        Directory.CreateDirectory(this.directory);
        foreach (var file in Directory.EnumerateFiles(this.directory))
        {
            if (IPAddress.TryParse(Path.GetFileName(file), out var address) && OwnerOf(file) is { } sandbox)
            {
                given[sandbox] = address;
                inherited.Add(address);
            }
        }
    }

    /// <summary>A sandbox's address; the same for the same sandbox until it is released.</summary>
    /// <exception cref="IOException">All are taken.</exception>
    public IPAddress Reserve(string sandbox)
    {
        lock (gate)
        {
            if (given.TryGetValue(sandbox, out var has))
            {
                inherited.Remove(has);
                return has;
            }

            // Moved into place with its content, so that nobody finds an address without its owner.
            var claim = Path.Combine(directory, $"claim-{Guid.NewGuid():n}");
            File.WriteAllText(claim, $"{scope}\n{sandbox}\n");
            for (var tried = 0; tried < bridge.PodAddresses; tried++)
            {
                var address = bridge.PodAddress(next);
                next = (next + 1) % bridge.PodAddresses;
                if (TryTake(claim, FileOf(address)))
                {
                    return given[sandbox] = address;
                }
            }

            File.Delete(claim);
            throw new IOException($"All {bridge.PodAddresses} addresses of {bridge.Subnet} are taken.");
        }
    }

    /// <summary>Frees an address; one that is not of this bridge, or of another agent, is left alone.</summary>
    public void Release(IPAddress address)
    {
        lock (gate)
        {
            inherited.Remove(address);
            foreach (var (sandbox, has) in given)
            {
                if (has.Equals(address))
                {
                    given.Remove(sandbox);
                    File.Delete(FileOf(address));
                    return;
                }
            }
        }
    }

    /// <summary>Frees what an earlier life of this agent left: addresses of sandboxes that are no more.</summary>
    public void ReleaseInheritedExcept(IReadOnlySet<IPAddress> alive)
    {
        lock (gate)
        {
            foreach (var address in inherited.Where(address => !alive.Contains(address)).ToArray())
            {
                Release(address);
            }

            inherited.Clear();
        }
    }

    private static bool TryTake(string claim, string file)
    {
        try
        {
            File.Move(claim, file, overwrite: false);
            return true;
        }
        catch (IOException) when (File.Exists(file))
        {
            return false;
        }
    }

    private string FileOf(IPAddress address) => Path.Combine(directory, address.ToString());

    private string? OwnerOf(string file)
    {
        try
        {
            return File.ReadAllLines(file) is [var owner, var sandbox] && owner == scope ? sandbox : null;
        }
        catch (FileNotFoundException)
        {
            // Another agent's, released meanwhile.
            return null;
        }
    }
}
