using System.CommandLine;
using Grainhouse.Client;
using Grainhouse.Interfaces.Storage;
using Grainhouse.Storage;
using Grainhouse.Storage.Backups;

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
            catch (StorageStartException error)
            {
                return Say($"The store cannot be used: {error.Message}", ExitCode.Failure);
            }
            catch (StoreUnavailableException error)
            {
                return Say(error.Message, ExitCode.Failure);
            }
            catch (BackupFormatException error)
            {
                return Say($"The backup was not restored, and nothing was changed. {error.Message}", ExitCode.Failure);
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
