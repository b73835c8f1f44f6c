using System.Collections.Immutable;
using Grainhouse.HostAgent.Runtimes;
using Grainhouse.HostAgent.Runtimes.Docker;
using Grainhouse.HostAgent.Runtimes.Processes;
using Microsoft.Extensions.Logging;

namespace Grainhouse.HostAgent.Hosting;

/// <summary>The runtimes that an agent with given options uses, for those who must reach its containers without it.</summary>
public static class HostRuntimes
{
    /// <summary>Makes every driver in which containers of this agent may run. An engine that is out of reach shows at the first call.</summary>
    public static ImmutableArray<IContainerRuntime> Create(HostAgentOptions options, TimeProvider time, ILoggerFactory loggers)
    {
        ArgumentNullException.ThrowIfNull(options);
        IContainerRuntime process = Process(options, options.NodeAddress, time, loggers);
        return options.Runtime is RuntimeChoice.Process ? [process] : [Docker(options, options.NodeAddress, time, loggers), process];
    }

    internal static DockerRuntime Docker(HostAgentOptions options, string? address, TimeProvider time, ILoggerFactory loggers) => new(
        new DockerRuntimeOptions { Endpoint = DockerEndpoint(), InstanceScope = InstanceScope.Of(options.DataDirectory), HostAddress = address },
        time,
        loggers.CreateLogger<DockerRuntime>());

    internal static ProcessRuntime Process(HostAgentOptions options, string? address, TimeProvider time, ILoggerFactory loggers) => new(
        new ProcessRuntimeOptions
        {
            DataDirectory = Path.GetFullPath(Path.Combine(options.DataDirectory, "processes")),
            InstanceScope = InstanceScope.Of(options.DataDirectory),
            HostAddress = address,
        },
        time,
        loggers.CreateLogger<ProcessRuntime>());

    // What the docker command goes by, so that both mean the same engine.
    private static Uri DockerEndpoint() =>
        Environment.GetEnvironmentVariable("DOCKER_HOST") is { Length: > 0 } host && Uri.TryCreate(host, UriKind.Absolute, out var address)
            ? address
            : new Uri("unix:///var/run/docker.sock");
}
