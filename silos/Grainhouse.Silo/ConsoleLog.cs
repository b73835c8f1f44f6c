using Microsoft.Extensions.Logging;

namespace Grainhouse.Silo;

/// <summary>Log lines on the console, one a message.</summary>
public static class ConsoleLog
{
    /// <summary>Adds them: with their time for a person, with their priority for systemd's journal, which has its own time.</summary>
    public static ILoggingBuilder AddConsoleLines(this ILoggingBuilder logging) => GoesToJournal
        ? logging.AddSystemdConsole()
        : logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff ";
        });

    // Set by systemd for what it starts with its output connected to the journal.
    private static bool GoesToJournal => Environment.GetEnvironmentVariable("JOURNAL_STREAM") is { Length: > 0 };
}
