using Microsoft.Extensions.Logging;

namespace Grainhouse.HostAgent.Runtimes.Docker;

/// <summary>What the Docker driver logs.</summary>
internal sealed partial class DockerLog(ILogger logger)
{
    [LoggerMessage(4000, LogLevel.Warning, "The Docker engine's event stream ended ({Reason}); it is opened again")]
    public partial void EventsLost(string reason);

    [LoggerMessage(4001, LogLevel.Information, "Pods are on the engine's default network: {Reason}")]
    public partial void NoPodNetwork(string reason);
}
