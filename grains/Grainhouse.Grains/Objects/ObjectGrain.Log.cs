using Grainhouse.Interfaces.Objects;
using Microsoft.Extensions.Logging;

namespace Grainhouse.Grains.Objects;

internal sealed partial class ObjectGrain
{
    [LoggerMessage(2001, LogLevel.Warning, "The store cannot take a write of {Key} now")]
    private partial void LogStoreUnavailable(Exception error, ObjectKey key);

    [LoggerMessage(2002, LogLevel.Warning, "{Key} was written by another activation since revision {Revision}; this one gives way")]
    private partial void LogConflict(ObjectKey key, long revision);
}
