using Microsoft.Extensions.Logging;

namespace Grainhouse.Storage.Postgres;

internal sealed partial class Compactor
{
    [LoggerMessage(1240, LogLevel.Warning, "The history could not be compacted; it is tried again")]
    private partial void LogFailed(Exception error);
}
