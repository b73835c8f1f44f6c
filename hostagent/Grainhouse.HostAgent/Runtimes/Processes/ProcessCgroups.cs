using System.Collections.Immutable;
using Grainhouse.HostAgent.Runtimes.Hosts;

namespace Grainhouse.HostAgent.Runtimes.Processes;

/// <summary>A cgroup per container: limits, and the certainty that nothing of it is left running.</summary>
/// <remarks>
/// Best effort: on a host whose cgroups cannot be written, which is said once, workloads run without limits. Knows version 2
/// and version 1 (with a hierarchy per controller).
/// </remarks>
internal sealed class ProcessCgroups(string scope, ProcessLog log, TimeProvider time)
{
    private const string Root = "/sys/fs/cgroup";
    private const string Parent = "grainhouse";
    private const long Period = 100_000;
    private static readonly string[] Controllers = ["cpu", "cpuacct", "memory", "pids"];
    private static readonly bool Unified = File.Exists($"{Root}/cgroup.controllers");

    /// <summary>Half a second in all.</summary>
    private const int RemoveRounds = 100;
    private static readonly TimeSpan RemoveDelay = TimeSpan.FromMilliseconds(5);

    private bool _refused;

    /// <summary>Makes a container's cgroups with its limits; their directories, or none where that is not possible.</summary>
    public ImmutableArray<string> Create(string id, ContainerSpec spec)
    {
        if (Volatile.Read(ref _refused))
        {
            return [];
        }

        try
        {
            var directories = Directories(id);
            if (Unified)
            {
                Delegate($"{Root}/{Parent}/{scope}");
            }

            foreach (var directory in directories)
            {
                Directory.CreateDirectory(directory);
            }

            WriteLimits(id, spec);
            return directories;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            if (!Interlocked.Exchange(ref _refused, true))
            {
                log.CgroupsRefused(error.Message);
            }

            return [];
        }
    }

    /// <summary>The processes that are in it.</summary>
    public ImmutableArray<int> Processes(string id)
    {
        foreach (var directory in Directories(id))
        {
            try
            {
                return [.. File.ReadLines(Path.Combine(directory, "cgroup.procs")).Select(line => int.Parse(line))];
            }
            catch (IOException)
            {
                continue;
            }
        }

        return [];
    }

    /// <summary>Whether the kernel killed one of its processes for memory.</summary>
    public bool IsOutOfMemory(string id)
    {
        var file = Unified ? $"{Root}/{Parent}/{scope}/{id}/memory.events" : $"{Root}/memory/{Parent}/{scope}/{id}/memory.oom_control";
        try
        {
            foreach (var line in File.ReadLines(file))
            {
                if (line.StartsWith("oom_kill ", StringComparison.Ordinal))
                {
                    return line != "oom_kill 0";
                }
            }
        }
        catch (IOException)
        {
            return false;
        }

        return false;
    }

    /// <summary>Kills what is left in it and removes it: killed processes take a moment to leave, and may have forked meanwhile.</summary>
    /// <returns>Whether nothing is left.</returns>
    public async Task<bool> RemoveAsync(string id, CancellationToken cancellationToken)
    {
        var directories = Directories(id);
        for (var round = 0; round < RemoveRounds; round++)
        {
            foreach (var process in Processes(id))
            {
                Posix.Signal(process, Posix.SigKill);
            }

            if (directories.Count(TryDelete) == directories.Length)
            {
                return true;
            }

            await Task.Delay(RemoveDelay, time, cancellationToken);
        }

        return false;
    }

    private static bool TryDelete(string directory)
    {
        try
        {
            Directory.Delete(directory);
            return true;
        }
        catch (DirectoryNotFoundException)
        {
            return true;
        }
        catch (IOException)
        {
            // Busy: its last process is not gone yet.
            return false;
        }
    }

    /// <summary>Where a container's cgroups are, if they could be made.</summary>
    public ImmutableArray<string> Directories(string id) => Unified
        ? [$"{Root}/{Parent}/{scope}/{id}"]
        : [.. Controllers.Where(controller => Directory.Exists($"{Root}/{controller}")).Select(controller => $"{Root}/{controller}/{Parent}/{scope}/{id}")];

    /// <summary>Version 2 gives a child only the controllers that each of its parents passes on.</summary>
    private static void Delegate(string directory)
    {
        Directory.CreateDirectory(directory);
        foreach (var parent in new[] { Root, Path.GetDirectoryName(directory)!, directory })
        {
            File.WriteAllText(Path.Combine(parent, "cgroup.subtree_control"), "+cpu +memory +pids");
        }
    }

    private void WriteLimits(string id, ContainerSpec spec)
    {
        var shares = Math.Clamp(spec.CpuRequestMillis * 1024 / 1000, 2, 262_144);
        var quota = Math.Max(spec.CpuLimitMillis * Period / 1000, 1000);
        if (Unified)
        {
            // The conversion of shares to weight that runc uses.
            Write("cpu.weight", 1 + ((shares - 2) * 9999 / 262_142));
            Write("cpu.max", $"{quota} {Period}", spec.CpuLimitMillis > 0);
            Write("memory.max", spec.MemoryLimitBytes, spec.MemoryLimitBytes > 0);
            Write("memory.oom.group", 1, spec.MemoryLimitBytes > 0);
            Write("pids.max", spec.PidsLimit, spec.PidsLimit > 0);
        }
        else
        {
            Write("cpu.shares", shares);
            Write("cpu.cfs_period_us", Period, spec.CpuLimitMillis > 0);
            Write("cpu.cfs_quota_us", quota, spec.CpuLimitMillis > 0);
            Write("memory.limit_in_bytes", spec.MemoryLimitBytes, spec.MemoryLimitBytes > 0);
            Write("pids.max", spec.PidsLimit, spec.PidsLimit > 0);
        }

        void Write(string file, object value, bool wanted = true)
        {
            var directory = Unified ? $"{Root}/{Parent}/{scope}/{id}" : $"{Root}/{file[..file.IndexOf('.')]}/{Parent}/{scope}/{id}";
            if (wanted && Directory.Exists(directory))
            {
                File.WriteAllText(Path.Combine(directory, file), value.ToString());
            }
        }
    }
}
