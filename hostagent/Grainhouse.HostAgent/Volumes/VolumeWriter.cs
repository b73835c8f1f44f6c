using System.Collections.Immutable;
using Grainhouse.HostAgent.Pods;
using Grainhouse.HostAgent.Runtimes;
using k8s.Models;

namespace Grainhouse.HostAgent.Volumes;

/// <summary>Makes pods' files on the host, under <c>pods/UID</c> in the agent's data directory.</summary>
internal sealed class VolumeWriter(string podsDirectory, MemoryMounts memory)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private const UnixFileMode Everyone = (UnixFileMode)0b111_111_111;

    /// <summary>Makes or updates all volumes of a pod. Returns why that failed; empty if it did not.</summary>
    public async Task<string> PrepareAsync(PodState state, V1Pod pod, ImmutableDictionary<ConfigName, ConfigData> objects, CancellationToken cancellationToken)
    {
        var planned = VolumePlanner.Plan(state, pod, objects);
        if (planned.Error.Length > 0)
        {
            return planned.Error;
        }

        var directory = state.Facts.DirectoryOf(state.Identity.Uid);
        MakeDirectory(podsDirectory, OwnerOnly | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        Directory.CreateDirectory(directory);
        foreach (var plan in planned.Plans)
        {
            var error = await MakeAsync(plan, cancellationToken);
            if (error.Length > 0)
            {
                return $"MountVolume.SetUp failed: {error}";
            }
        }

        return "";
    }

    /// <summary>Makes what one attempt of a container needs: the file for its last words, and directories for sub-paths.</summary>
    public void PrepareContainer(ContainerSpec spec)
    {
        foreach (var mount in spec.Mounts)
        {
            if (mount.HostPath == spec.TerminationMessageHostPath || Path.Exists(mount.HostPath) || !mount.HostPath.StartsWith(podsDirectory, StringComparison.Ordinal))
            {
                continue;
            }

            MakeDirectory(mount.HostPath, Everyone);
        }

        if (spec.TerminationMessageHostPath is { } path && !File.Exists(path))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, []);
            File.SetUnixFileMode(path, (UnixFileMode)0b110_110_110);
        }
    }

    /// <summary>Removes all files of a pod.</summary>
    public async Task RemoveAsync(string podUid, CancellationToken cancellationToken)
    {
        var directory = Path.Combine(podsDirectory, podUid);
        await MemoryMounts.UnmountAllAsync(directory, cancellationToken);
        if (Directory.Exists(directory))
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private async Task<string> MakeAsync(VolumePlan plan, CancellationToken cancellationToken)
    {
        switch (plan)
        {
            case VolumePlan.Host host:
                return HostPaths.Ensure(host.Path, host.Type);
            case VolumePlan.Empty empty:
                MakeDirectory(empty.Path, Everyone);
                if (empty.InMemory)
                {
                    await memory.MountAsync(empty.Path, empty.SizeLimitBytes, cancellationToken);
                    File.SetUnixFileMode(empty.Path, Everyone);
                }

                return "";
            case VolumePlan.Files files:
                Directory.CreateDirectory(files.Path);
                if (files.Secret)
                {
                    // Never on disk where the host lets us mount memory.
                    await memory.MountAsync(files.Path, 0, cancellationToken);
                }

                AtomicFiles.Write(files.Path, files.Content);
                return "";
            default:
                return "unknown plan";
        }
    }

    private static void MakeDirectory(string path, UnixFileMode mode)
    {
        if (!Directory.Exists(path))
        {
            Directory.CreateDirectory(path);
            File.SetUnixFileMode(path, mode);
        }
    }
}
