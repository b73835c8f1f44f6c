using Microsoft.Extensions.Logging;

namespace Grainhouse.Storage;

public sealed partial class SqliteObjectStore
{
    [LoggerMessage(1000, LogLevel.Information, "Store {Path} is open at revision {Revision}; history starts at {Oldest}")]
    private partial void LogOpened(string path, long revision, long oldest);

    [LoggerMessage(1001, LogLevel.Error, "A commit of {Requests} requests failed; nothing of it was written")]
    private partial void LogCommitFailed(Exception error, int requests);

    [LoggerMessage(1003, LogLevel.Critical, "Store {Path} is damaged and takes no more writes: {Findings}")]
    private partial void LogDamaged(string path, string findings);

    [LoggerMessage(1002, LogLevel.Error, "A read of the store failed")]
    private partial void LogReadFailed(Exception error);
}
