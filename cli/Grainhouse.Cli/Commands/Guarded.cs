using System.CommandLine;
using Grainhouse.Client;

namespace Grainhouse.Cli.Commands;

/// <summary>The edge of every command: what is expected to go wrong ends in a sentence and an exit code.</summary>
internal static class Guarded
{
    /// <summary>Sets what a command does.</summary>
    public static void Does(this Command command, Func<ParseResult, CancellationToken, Task<int>> action) =>
        command.SetAction(async (parsed, cancellationToken) =>
        {
            try
            {
                return await action(parsed, cancellationToken);
            }
            catch (CliException error)
            {
                return Say(error.Message, error.ExitCode);
            }
            catch (ManifestException error)
            {
                return Say(error.Message, ExitCode.Usage);
            }
            catch (ApiException error)
            {
                return Say($"The cluster refused: {error.Message}", ExitCode.Failure);
            }
            catch (HttpRequestException error)
            {
                return Say($"The cluster does not answer: {error.Message}", ExitCode.Failure);
            }
            catch (UnauthorizedAccessException error)
            {
                return Say($"{error.Message} Run as a user who may, or choose another directory with --data.", ExitCode.Failure);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return ExitCode.Success;
            }
        });

    private static int Say(string message, int code)
    {
        Console.Error.WriteLine($"grainhouse: {message}");
        return code;
    }
}
