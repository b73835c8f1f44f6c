using System.Collections.Immutable;

namespace Grainhouse.HostAgent.Volumes;

/// <summary>What has to be on the host for one volume.</summary>
public abstract record VolumePlan
{
    private VolumePlan()
    {
    }

    /// <summary>An empty directory that lives as long as the pod; in memory if asked for.</summary>
    public sealed record Empty(string Path, bool InMemory, long SizeLimitBytes) : VolumePlan;

    /// <summary>A path of the host's, which must be, or be made, what its type says.</summary>
    public sealed record Host(string Path, string Type) : VolumePlan;

    /// <summary>Files that the cluster gives, exchanged as a whole when they change.</summary>
    public sealed record Files(string Path, bool Secret, ImmutableSortedDictionary<string, VolumeFile> Content) : VolumePlan;
}

/// <summary>A file in a volume, with its permission bits.</summary>
public sealed record VolumeFile(ReadOnlyMemory<byte> Content, int Mode);

/// <summary>The volumes of a pod, or why they cannot be made yet.</summary>
/// <param name="Plans">The volumes.</param>
/// <param name="Error">In kubelet's words; empty if there is none.</param>
public sealed record PlannedVolumes(ImmutableArray<VolumePlan> Plans, string Error);
