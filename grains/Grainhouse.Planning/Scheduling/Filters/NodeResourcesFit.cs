namespace Grainhouse.Planning.Scheduling.Filters;

/// <summary>One resource of which a node has too little left for a pod.</summary>
/// <param name="Resource">Its name; <c>pods</c> for the number of pods.</param>
/// <param name="Requested">What the pod asks for.</param>
/// <param name="Used">What the node's pods have been given.</param>
/// <param name="Capacity">What the node has to give.</param>
internal readonly record struct Shortage(string Resource, long Requested, long Used, long Capacity)
{
    public string Reason => Resource == ResourceNames.Pods ? NodeResourcesFit.TooManyPods : $"Insufficient {Resource}";
}

/// <summary>What a pod asks for must be left on its node.</summary>
internal static class NodeResourcesFit
{
    public const string TooManyPods = "Too many pods";

    /// <summary>The quick answer.</summary>
    public static bool Fits(in NodeRow row, NodeFacts node, NodeUse use, PodTemplate pod) =>
        FitsRow(row, pod.Requests) && (pod.Requests.Extended.IsEmpty || ExtendedFits(node, use, pod.Requests));

    /// <summary>The quick answer but for extended resources.</summary>
    public static bool FitsRow(in NodeRow row, Requests requests) =>
        row.Pods < row.AllocatablePods
        && (requests.CpuMillis == 0 || requests.CpuMillis <= row.AllocatableCpuMillis - row.RequestedCpuMillis)
        && (requests.MemoryBytes == 0 || requests.MemoryBytes <= row.AllocatableMemoryBytes - row.RequestedMemoryBytes)
        && (requests.EphemeralStorageBytes == 0
            || requests.EphemeralStorageBytes <= row.AllocatableEphemeralBytes - row.RequestedEphemeralBytes);

    /// <summary>The long answer: every resource that is short.</summary>
    public static void Explain(in NodeRow row, NodeFacts node, NodeUse use, PodTemplate pod, List<Shortage> shortages)
    {
        var requests = pod.Requests;
        Check(ResourceNames.Pods, 1, row.Pods, row.AllocatablePods, shortages);
        Check(ResourceNames.Cpu, requests.CpuMillis, row.RequestedCpuMillis, row.AllocatableCpuMillis, shortages);
        Check(ResourceNames.Memory, requests.MemoryBytes, row.RequestedMemoryBytes, row.AllocatableMemoryBytes, shortages);
        Check(
            ResourceNames.EphemeralStorage,
            requests.EphemeralStorageBytes,
            row.RequestedEphemeralBytes,
            row.AllocatableEphemeralBytes,
            shortages);
        foreach (var resource in requests.Extended)
        {
            Check(resource.Name, resource.Amount, use.RequestedOf(resource.Name), node.AllocatableOf(resource.Name), shortages);
        }
    }

    private static bool ExtendedFits(NodeFacts node, NodeUse use, Requests requests)
    {
        foreach (var resource in requests.Extended)
        {
            if (resource.Amount > node.AllocatableOf(resource.Name) - use.RequestedOf(resource.Name))
            {
                return false;
            }
        }

        return true;
    }

    private static void Check(string resource, long requested, long used, long capacity, List<Shortage> shortages)
    {
        if (requested > 0 && requested > capacity - used)
        {
            shortages.Add(new Shortage(resource, requested, used, capacity));
        }
    }
}
