using System.CommandLine;
using Grainhouse.Cli.Backups;
using Grainhouse.Cli.Hosting;
using Grainhouse.Storage;
using Grainhouse.Storage.Backups;

namespace Grainhouse.Cli.Commands;

/// <summary><c>grainhouse restore</c>: makes a store hold what a backup holds.</summary>
internal static class RestoreCommand
{
    public static Command Create()
    {
        var place = new Argument<string>("FILE|URL") { Description = "The backup. A URL (http or https) takes a GET." };
        var data = SharedOptions.Data();
        var database = SharedOptions.Database();
        var replace = new Option<bool>("--replace") { Description = "What is there may go." };
        var command = new Command(
            "restore", "Put a backup into an empty store: a data directory or, with --database, a PostgreSQL database, whichever it came from. No silo may run on it.")
        {
            place, data, database, replace,
        };
        command.Does((parsed, cancellationToken) => RunAsync(
            BackupPlace.Parse(parsed.GetValue(place)!), SharedOptions.StoreOf(parsed, data, database), parsed.GetValue(replace), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(BackupPlace place, StorageOptions store, bool replace, CancellationToken cancellationToken)
    {
        // Of a cluster on a database the data directory has nothing that is restored.
        using var held = store.Database is null ? InstanceLock.Take(DataDirectory.Create(Path.GetDirectoryName(store.Path)!)) : null;
        return await place.GetAsync(
            async stream =>
            {
                var found = await StoreBackup.CheckAsync(stream, cancellationToken);
                stream.Position = 0;
                var revision = await StoreBackup.RestoreAsync(stream, store, replace, TimeProvider.System, cancellationToken);
                Console.WriteLine(
                    $"Restored {found.Documents} documents of {found.Header.TakenAt.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC, revision {found.Header.Revision}, from {place.Name} into {store.Place}. Revisions go on after {revision}.");
                return ExitCode.Success;
            },
            cancellationToken);
    }
}
