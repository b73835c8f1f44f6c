using Microsoft.Extensions.Logging;

namespace Grainhouse.Storage;

public sealed partial class ObjectCache
{
    [LoggerMessage(1101, LogLevel.Information, "The cache shows {Objects} objects at revision {Revision}")]
    private partial void LogLoaded(int objects, long revision);

    [LoggerMessage(1102, LogLevel.Warning, "The cache fell behind the history and is loaded again")]
    private partial void LogFellBehind(Exception error);

    [LoggerMessage(1103, LogLevel.Error, "The cache cannot follow the store; it tries again in {Delay}")]
    private partial void LogFollowFailed(Exception error, TimeSpan delay);
}
