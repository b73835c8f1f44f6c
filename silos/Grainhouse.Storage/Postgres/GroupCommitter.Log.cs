using Microsoft.Extensions.Logging;

namespace Grainhouse.Storage.Postgres;

internal sealed partial class GroupCommitter
{
    [LoggerMessage(1210, LogLevel.Error, "The database refused a commit of {Requests} requests; nothing of it was written")]
    private partial void LogRefused(Exception error, int requests);

    [LoggerMessage(1211, LogLevel.Warning, "The answer to a commit of {Requests} requests was lost; the database is asked whether it happened")]
    private partial void LogLost(Exception error, int requests);

    [LoggerMessage(1212, LogLevel.Information, "The commit whose answer was lost is settled; it happened: {Happened}")]
    private partial void LogSettled(bool happened);

    [LoggerMessage(1213, LogLevel.Error, "A commit met a fault of the program; whether it happened is not known")]
    private partial void LogFault(Exception error);
}
