using Microsoft.Extensions.Logging;

namespace Grainhouse.HostAgent.Runtimes.Processes;

/// <summary>What the Process driver logs.</summary>
internal sealed partial class ProcessLog(ILogger logger)
{
    [LoggerMessage(4100, LogLevel.Warning, "Cgroups cannot be written ({Reason}): processes run without limits")]
    public partial void CgroupsRefused(string reason);

    [LoggerMessage(4101, LogLevel.Warning, "Output of container {Container} could not be moved to its log; it stays in its file and is tried again")]
    public partial void OutputNotMoved(Exception error, string container);

    [LoggerMessage(4102, LogLevel.Warning, "The watch over processes lost events; everything is looked at again")]
    public partial void WatchLost(Exception error);

    [LoggerMessage(4103, LogLevel.Warning, "Files of container {Container} could not be removed yet")]
    public partial void FilesNotRemoved(Exception error, string container);
}
