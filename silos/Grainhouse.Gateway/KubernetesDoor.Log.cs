using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Grainhouse.Gateway;

/// <content>What the door logs.</content>
internal sealed partial class KubernetesDoor
{
    [LoggerMessage(5001, LogLevel.Warning, "{Path} is not available now")]
    private partial void LogUnavailable(Exception error, PathString path);

    [LoggerMessage(5002, LogLevel.Error, "{Method} {Path} failed")]
    private partial void LogUnexpected(Exception error, string method, PathString path);
}
