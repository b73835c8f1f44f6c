using Microsoft.Extensions.Logging;

namespace Grainhouse.Storage.Postgres;

internal sealed partial class LogReader
{
    [LoggerMessage(1220, LogLevel.Warning, "The database is not in reach; the store goes on when it is back")]
    private partial void LogAway(Exception error);

    [LoggerMessage(1221, LogLevel.Warning, "The change feed at revision {Position} fell behind the history, which starts at {Oldest}")]
    private partial void LogFellBehind(long position, long oldest);

    [LoggerMessage(1222, LogLevel.Critical, "The database went back from revision {Position} to {Newest}; the silo must be restarted")]
    private partial void LogWentBack(long position, long newest);
}
