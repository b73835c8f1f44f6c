using Spectre.Console;

namespace Grainhouse.Cli.Progress;

/// <summary>Chooses how progress is shown.</summary>
internal static class ProgressViews
{
    /// <summary>A live table on a terminal, plain lines elsewhere.</summary>
    public static IProgressView ForConsole() =>
        Console.IsOutputRedirected || Environment.GetEnvironmentVariable("TERM") is null or "dumb"
            ? new PlainProgress(Console.Out)
            : new LiveProgress(AnsiConsole.Console);
}
