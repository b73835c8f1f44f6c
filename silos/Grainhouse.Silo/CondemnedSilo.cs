using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace Grainhouse.Silo;

/// <summary>Ends the process when the engine finds that it must not go on, above all when the cluster has declared this silo dead.</summary>
/// <remarks>
/// It serves nobody from that moment: connections break and clients go elsewhere. There is nothing to save: what was
/// acknowledged is in the store. Whoever looks after the process starts it again, as a new member.
/// </remarks>
internal sealed partial class CondemnedSilo(ILogger<CondemnedSilo> logger) : IFatalErrorHandler
{
    /// <summary>The process's exit code: as of any failure.</summary>
    private const int ExitCode = 1;

    public bool IsUnexpected(Exception exception) => exception is not OperationCanceledException;

    public void OnFatalException(object? sender, string? context, Exception? exception)
    {
        LogFatal(exception, context);
        Console.Error.WriteLine($"grainhouse: this silo ends, because the cluster goes on without it: {context} {exception?.Message}");
        Environment.Exit(ExitCode);
    }

    [LoggerMessage(6002, LogLevel.Critical, "The engine cannot go on: {Context}")]
    private partial void LogFatal(Exception? error, string? context);
}
