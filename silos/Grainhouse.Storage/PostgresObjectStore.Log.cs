using Grainhouse.Storage.Postgres;
using Microsoft.Extensions.Logging;

namespace Grainhouse.Storage;

public sealed partial class PostgresObjectStore
{
    [LoggerMessage(1200, LogLevel.Information, "Store {Address} is open at revision {Revision}; history starts at {Oldest}")]
    private partial void LogOpened(PostgresAddress address, long revision, long oldest);

    [LoggerMessage(1201, LogLevel.Warning, "The database {Address} does not answer yet: {Reason}")]
    private partial void LogWaiting(PostgresAddress address, string reason);
}
