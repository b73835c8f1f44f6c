using System.Collections.Immutable;
using Grainhouse.HostAgent.Pods;
using Grainhouse.HostAgent.Runtimes;
using k8s.Models;

namespace Grainhouse.HostAgent.Volumes;

/// <summary>A container's mounts, or why they could not be worked out.</summary>
internal readonly record struct BuiltMounts(ImmutableArray<ContainerMount> Mounts, string? TerminationMessagePath, string Error);

/// <summary>Works out a container's mounts.</summary>
internal static class MountBuilder
{
    private const string DefaultTerminationMessagePath = "/dev/termination-log";

    public static BuiltMounts Build(PodState state, ContainerRecord record, IReadOnlyDictionary<string, string> variables)
    {
        if (!state.Facts.HasFiles)
        {
            return new BuiltMounts([], null, "");
        }

        var directory = state.Facts.DirectoryOf(state.Identity.Uid);
        var result = ImmutableArray.CreateBuilder<ContainerMount>();
        foreach (var mount in record.Spec.VolumeMounts ?? [])
        {
            var volume = (state.Pod!.Spec.Volumes ?? []).FirstOrDefault(candidate => candidate.Name == mount.Name);
            if (volume is null || VolumePaths.Of(directory, volume) is not { } path)
            {
                return new BuiltMounts([], null, $"cannot find volume \"{mount.Name}\" to mount into container \"{record.Name}\"");
            }

            var subPath = !string.IsNullOrEmpty(mount.SubPathExpr) ? Expansion.Expand(mount.SubPathExpr, variables) : mount.SubPath ?? "";
            if (Path.IsPathRooted(subPath) || subPath.Split('/').Contains(".."))
            {
                return new BuiltMounts([], null, $"subPath \"{subPath}\" must be relative and must not contain '..'");
            }

            result.Add(new ContainerMount(subPath.Length == 0 ? path : Path.Combine(path, subPath), mount.MountPath, mount.ReadOnlyProperty == true || IsReadOnly(volume)));
        }

        var messagePath = VolumePaths.TerminationMessage(directory, record.Name, record.Attempt);
        var inside = record.Spec.TerminationMessagePath is { Length: > 0 } given ? given : DefaultTerminationMessagePath;
        result.Add(new ContainerMount(messagePath, inside, ReadOnly: false));
        return new BuiltMounts(result.ToImmutable(), messagePath, "");
    }

    /// <summary>What the cluster writes, containers only read.</summary>
    private static bool IsReadOnly(V1Volume volume) =>
        volume.ConfigMap is not null || volume.Secret is not null || volume.DownwardAPI is not null || volume.Projected is not null;
}
