using System.CommandLine;
using Grainhouse.Cli.Backups;
using Grainhouse.Storage;
using Grainhouse.Storage.Backups;

namespace Grainhouse.Cli.Commands;

/// <summary><c>grainhouse backup</c>: all that a cluster holds at one revision, while it serves.</summary>
internal static class BackupCommand
{
    public static Command Create()
    {
        var place = new Argument<string>("FILE|URL") { Description = "Where it goes. A URL (http or https) takes a PUT; an Azure Blob SAS address works." };
        var data = SharedOptions.Data();
        var database = SharedOptions.Database();
        var command = new Command("backup", "Write a backup of a cluster, also while it serves. The cluster's keys are in it: keep it as safe as them.") { place, data, database };
        command.Does((parsed, cancellationToken) => RunAsync(
            BackupPlace.Parse(parsed.GetValue(place)!), SharedOptions.StoreOf(parsed, data, database), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(BackupPlace place, StorageOptions store, CancellationToken cancellationToken)
    {
        var written = await place.PutAsync(stream => StoreBackup.WriteAsync(store, stream, TimeProvider.System, cancellationToken), cancellationToken);
        Console.WriteLine($"Backed up {written.Documents} documents of {store.Place} at revision {written.Header.Revision} to {place.Name}.");
        return ExitCode.Success;
    }
}
