using Microsoft.Extensions.Logging;

namespace Grainhouse.Storage.Postgres;

internal sealed partial class CommitListener
{
    [LoggerMessage(1230, LogLevel.Debug, "The connection that hears of other silos' commits was lost")]
    private partial void LogLost(Exception error);
}
