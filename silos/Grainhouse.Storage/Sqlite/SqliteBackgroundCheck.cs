namespace Grainhouse.Storage.Sqlite;

/// <summary>A check of the whole file beside the store's work, on a thread and a connection of its own.</summary>
internal sealed class SqliteBackgroundCheck : IAsyncDisposable
{
    private static readonly TimeSpan InterruptInterval = TimeSpan.FromMilliseconds(20);

    private readonly SqliteDatabase database;

    /// <summary>Starts the check.</summary>
    public SqliteBackgroundCheck(SqliteFile file)
    {
        database = file.OpenReader();
        Findings = Task.Factory.StartNew(() => SqliteFileCheck.Run(database), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>What was found, once the file has been read; empty if all is well or the check was given up.</summary>
    public Task<string> Findings { get; }

    /// <summary>Gives the check up if it still runs, and waits for its end.</summary>
    public async ValueTask DisposeAsync()
    {
        while (!Findings.IsCompleted)
        {
            // An interruption counts only for a statement that runs already.
            database.Interrupt();
            await Task.WhenAny(Findings, Task.Delay(InterruptInterval));
        }

        database.Dispose();
    }
}
