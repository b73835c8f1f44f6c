using Docker.DotNet.Models;

namespace Grainhouse.HostAgent.Runtimes.Docker;

/// <summary>What the engine is asked for, from a container's spec.</summary>
internal static class DockerContainerParameters
{
    /// <summary>The kernel's default period for CPU quotas, in microseconds.</summary>
    private const long CpuPeriod = 100_000;

    /// <summary>The kernel takes no smaller quota.</summary>
    private const long LeastCpuQuota = 1_000;

    /// <summary>The kernel takes no smaller weight; what pods without a request get.</summary>
    private const long LeastCpuShares = 2;

    private const long MostCpuShares = 262_144;

    public static CreateContainerParameters Of(DockerRuntimeOptions options, PodIdentity pod, string sandboxId, ContainerSpec spec) => new()
    {
        Name = DockerNames.OfContainer(pod, spec),
        Image = spec.Image,
        Entrypoint = spec.Command.IsEmpty ? null : [.. spec.Command],
        Cmd = spec.Args.IsEmpty ? null : [.. spec.Args],
        Env = [.. spec.Environment.Select(variable => $"{variable.Key}={variable.Value}")],
        WorkingDir = spec.WorkingDirectory,
        User = UserOf(spec.Security),
        OpenStdin = spec.Stdin,
        StdinOnce = spec.StdinOnce,
        Tty = spec.Tty,
        Labels = DockerLabels.ForContainer(options.InstanceScope, pod, sandboxId, spec),
        // Probes are the agent's; the image's own health check would run beside them.
        Healthcheck = new HealthConfig { Test = ["NONE"] },
        HostConfig = HostOf(options, sandboxId, spec),
    };

    private static HostConfig HostOf(DockerRuntimeOptions options, string sandboxId, ContainerSpec spec) => new()
    {
        NetworkMode = $"container:{sandboxId}",
        IpcMode = spec.HostIpc ? "host" : $"container:{sandboxId}",
        PidMode = spec.HostProcesses ? "host" : spec.ProcessesOf is { } other ? $"container:{other}" : null,
        Mounts = [.. spec.Mounts.Select(mount => new Mount
        {
            Type = "bind",
            Source = mount.HostPath,
            Target = mount.ContainerPath,
            ReadOnly = mount.ReadOnly,
        })],
        CPUShares = Math.Clamp(spec.CpuRequestMillis * 1024 / 1000, LeastCpuShares, MostCpuShares),
        CPUPeriod = spec.CpuLimitMillis > 0 ? CpuPeriod : 0,
        CPUQuota = spec.CpuLimitMillis > 0 ? Math.Max(spec.CpuLimitMillis * CpuPeriod / 1000, LeastCpuQuota) : 0,
        Memory = spec.MemoryLimitBytes,
        // Equal to the memory bound: no swap.
        MemorySwap = spec.MemoryLimitBytes,
        PidsLimit = spec.PidsLimit > 0 ? spec.PidsLimit : null,
        Privileged = spec.Security.Privileged,
        ReadonlyRootfs = spec.Security.ReadOnlyRootFilesystem,
        CapAdd = [.. spec.Security.AddCapabilities],
        CapDrop = [.. spec.Security.DropCapabilities],
        LogConfig = new LogConfig
        {
            Type = "json-file",
            Config = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["max-size"] = options.LogFileBytes.ToString(),
                ["max-file"] = options.LogFiles.ToString(),
            },
        },
    };

    private static string? UserOf(ContainerSecurity security) => (security.RunAsUser, security.RunAsGroup) switch
    {
        (null, null) => null,
        ({ } user, null) => user.ToString(),
        (null, { } group) => $":{group}",
        ({ } user, { } group) => $"{user}:{group}",
    };
}
