namespace Grainhouse.Cli;

/// <summary>A command cannot go on. The message is a sentence for the user; it is printed without a stack trace.</summary>
internal sealed class CliException(string message, int exitCode = ExitCode.Failure, Exception? cause = null) : Exception(message, cause)
{
    public int ExitCode { get; } = exitCode;
}
