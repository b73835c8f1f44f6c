using System.Collections.Immutable;
using System.Text;

namespace Grainhouse.HostAgent.Runtimes.Processes;

/// <summary>How a workload's volumes appear at their paths: bind mounts in a mount namespace of its own.</summary>
/// <remarks>
/// The host's directories are never changed. A mount point that is missing below a directory is made in an overlay over
/// that directory; one that is missing in the root directory is made in a new root that has all of the old one bound in.
/// </remarks>
/// <param name="Script">A shell script that mounts and then executes its arguments; empty if nothing is mounted.</param>
internal sealed record MountPlan(string Script)
{
    private static readonly MountPlan Empty = new("");

    public bool IsEmpty => Script.Length == 0;

    /// <summary>Plans the mounts; fails with <see cref="RuntimeErrorKind.Create"/> where they cannot be made here.</summary>
    public static MountPlan Of(ContainerSpec spec, string containerDirectory, string workingDirectory)
    {
        var mounts = spec.Mounts
            .Where(mount => mount.HostPath != spec.TerminationMessageHostPath && Path.GetFullPath(mount.HostPath) != Path.GetFullPath(mount.ContainerPath))
            .OrderBy(mount => mount.ContainerPath.Length)
            .ToImmutableArray();
        if (mounts.IsEmpty)
        {
            return Empty;
        }

        Check(spec, mounts);
        return new MountPlan(Build(mounts, containerDirectory, workingDirectory));
    }

    private static void Check(ContainerSpec spec, ImmutableArray<ContainerMount> mounts)
    {
        if (HostTools.Unshare is null || HostTools.Mount is null || HostTools.ChangeRoot is null || !Environment.IsPrivilegedProcess)
        {
            throw new RuntimeException(
                RuntimeErrorKind.Create,
                $"Container '{spec.Name}' mounts '{mounts[0].ContainerPath}': a process gets volumes only where the agent runs as root and the host has unshare, mount and chroot.");
        }

        foreach (var mount in mounts)
        {
            if (!Path.IsPathRooted(mount.ContainerPath) || mount.ContainerPath == "/")
            {
                throw new RuntimeException(RuntimeErrorKind.Create, $"Container '{spec.Name}': '{mount.ContainerPath}' cannot be a mount point of a process.");
            }

            if (!File.Exists(mount.HostPath) && !Directory.Exists(mount.HostPath))
            {
                throw new RuntimeException(RuntimeErrorKind.Create, $"Container '{spec.Name}': bind source path does not exist: {mount.HostPath}");
            }
        }
    }

    private static string Build(ImmutableArray<ContainerMount> mounts, string directory, string workingDirectory)
    {
        var mount = SupervisorScript.Quote(HostTools.Mount!);
        var script = new StringBuilder("set -e\n");
        // Nothing that is mounted here may be seen on the host.
        script.Append($"{mount} --make-rprivate /\n");
        var scratch = Path.Combine(directory, "mounts");
        script.Append($"mkdir -p {SupervisorScript.Quote(scratch)}\n{mount} -t tmpfs tmpfs {SupervisorScript.Quote(scratch)}\n");
        var missing = mounts.Where(candidate => !Exists(candidate.ContainerPath)).Select(candidate => Ancestor(candidate.ContainerPath)).ToArray();
        var root = missing.Contains("/", StringComparer.Ordinal) ? AppendRoot(script, mount, scratch) : "";
        var overlays = 0;
        foreach (var ancestor in missing.Where(ancestor => ancestor != "/").Distinct(StringComparer.Ordinal))
        {
            AppendOverlay(script, mount, root + ancestor, Path.Combine(scratch, $"overlay{overlays++}"));
        }

        foreach (var volume in mounts)
        {
            AppendBind(script, mount, volume, root + volume.ContainerPath);
        }

        var enter = $"cd {SupervisorScript.Quote(workingDirectory)}\nexec \"$@\"\n";
        script.Append(root.Length > 0
            ? $"exec {SupervisorScript.Quote(HostTools.ChangeRoot!)} {SupervisorScript.Quote(root)} {HostTools.Shell} -c {SupervisorScript.Quote("set -e\n" + enter)} grainhouse \"$@\"\n"
            : enter);
        return script.ToString();
    }

    /// <summary>A root of tmpfs in which each entry of the host's root is bound.</summary>
    private static string AppendRoot(StringBuilder script, string mount, string scratch)
    {
        var root = Path.Combine(scratch, "root");
        var quoted = SupervisorScript.Quote(root);
        script.Append($"mkdir -p {quoted}\n");
        foreach (var entry in new DirectoryInfo("/").EnumerateFileSystemInfos())
        {
            var target = SupervisorScript.Quote(Path.Combine(root, entry.Name));
            var source = SupervisorScript.Quote(entry.FullName);
            script.Append(entry.LinkTarget is { } link
                ? $"ln -s {SupervisorScript.Quote(link)} {target}\n"
                : entry is DirectoryInfo
                    ? $"mkdir -p {target}\n{mount} --rbind {source} {target}\n"
                    : $": >{target}\n{mount} --bind {source} {target}\n");
        }

        return root;
    }

    private static void AppendOverlay(StringBuilder script, string mount, string directory, string scratch)
    {
        var lower = SupervisorScript.Quote(directory);
        script.Append($"mkdir -p {SupervisorScript.Quote(scratch + "/upper")} {SupervisorScript.Quote(scratch + "/work")}\n");
        script.Append($"{mount} -t overlay overlay -o {SupervisorScript.Quote($"lowerdir={directory},upperdir={scratch}/upper,workdir={scratch}/work")} {lower}\n");
    }

    private static void AppendBind(StringBuilder script, string mount, ContainerMount volume, string path)
    {
        var target = SupervisorScript.Quote(path);
        var source = SupervisorScript.Quote(volume.HostPath);
        if (!Exists(volume.ContainerPath))
        {
            script.Append(Directory.Exists(volume.HostPath)
                ? $"mkdir -p {target}\n"
                : $"mkdir -p {SupervisorScript.Quote(Path.GetDirectoryName(path)!)}\n: >>{target}\n");
        }

        script.Append($"{mount} --bind {source} {target}\n");
        if (volume.ReadOnly)
        {
            script.Append($"{mount} -o remount,bind,ro {target}\n");
        }
    }

    private static bool Exists(string path) => File.Exists(path) || Directory.Exists(path);

    private static string Ancestor(string path)
    {
        var ancestor = Path.GetDirectoryName(path.TrimEnd('/')) ?? "/";
        while (!Directory.Exists(ancestor))
        {
            ancestor = Path.GetDirectoryName(ancestor) ?? "/";
        }

        return ancestor;
    }
}
