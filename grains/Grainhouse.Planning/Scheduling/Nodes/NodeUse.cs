namespace Grainhouse.Planning.Scheduling;

/// <summary>What the pods of one node use beyond the numbers of its row: host ports and extended resources.</summary>
internal sealed class NodeUse
{
    private readonly List<HostPort> ports = [];
    private readonly Dictionary<string, long> extended = new(StringComparer.Ordinal);

    /// <summary>How much of an extended resource is in use.</summary>
    public long RequestedOf(string resource) => extended.GetValueOrDefault(resource);

    public bool Conflicts(in HostPort wanted)
    {
        foreach (var port in ports)
        {
            if (port.Conflicts(wanted))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Counts a pod in (1) or out (-1).</summary>
    public void Count(PodTemplate pod, int sign)
    {
        foreach (var port in pod.HostPorts)
        {
            if (sign > 0)
            {
                ports.Add(port);
            }
            else
            {
                ports.Remove(port);
            }
        }

        foreach (var resource in pod.Requests.Extended)
        {
            extended[resource.Name] = extended.GetValueOrDefault(resource.Name) + (sign * resource.Amount);
        }
    }
}
