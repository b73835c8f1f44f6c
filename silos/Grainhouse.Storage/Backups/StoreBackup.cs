namespace Grainhouse.Storage.Backups;

/// <summary>Writes what a store holds at one revision to a stream, and puts it into a store again: the same one, or one of the other kind.</summary>
public static class StoreBackup
{
    /// <summary>Writes a backup of the newest revision. Silos may serve meanwhile.</summary>
    /// <param name="options">The store.</param>
    /// <param name="output">Where the backup goes; it stays open.</param>
    /// <param name="time">Tells when the backup was taken.</param>
    /// <param name="cancellationToken">Ends it; what was written then is no backup.</param>
    /// <exception cref="StorageStartException">There is no store there, or it cannot be read.</exception>
    /// <exception cref="Interfaces.Storage.StoreUnavailableException">The store went away.</exception>
    public static async Task<BackupSummary> WriteAsync(StorageOptions options, Stream output, TimeProvider time, CancellationToken cancellationToken = default)
    {
        await using var snapshot = await StoreSnapshot.OpenAsync(options, cancellationToken);
        var header = new BackupHeader(snapshot.Revision, time.GetUtcNow(), Interfaces.Versions.ProgramVersion.Text, Interfaces.Versions.ClusterProtocol.Own);
        await using var writer = new BackupWriter(output);
        writer.Begin(header);
        await foreach (var document in snapshot.DocumentsAsync(cancellationToken))
        {
            await writer.AddAsync(document, cancellationToken);
        }

        await writer.CompleteAsync(cancellationToken);
        return new BackupSummary(header, writer.Documents);
    }

    /// <summary>Reads a backup from where the stream is to its end, and returns if it is whole.</summary>
    /// <exception cref="BackupFormatException">It is not.</exception>
    public static async Task<BackupSummary> CheckAsync(Stream input, CancellationToken cancellationToken = default)
    {
        await using var reader = await BackupReader.OpenAsync(input, cancellationToken);
        var documents = 0L;
        await foreach (var _ in reader.DocumentsAsync(cancellationToken))
        {
            documents++;
        }

        return new BackupSummary(reader.Header, documents);
    }

    /// <summary>Makes a store hold what a backup holds, all of it or nothing. No silo may run on it.</summary>
    /// <param name="input">The backup; the stream must be able to go back, because it is read twice: nothing is touched before all of it was checked.</param>
    /// <param name="options">The store; it is made if it is not there.</param>
    /// <param name="replace">Whether what is in the store may go.</param>
    /// <param name="time">Tells how long ago the backup was taken.</param>
    /// <param name="cancellationToken">Ends it, with nothing changed.</param>
    /// <returns>The revision at which the store goes on: above all that it or the backup's store ever gave.</returns>
    /// <exception cref="BackupFormatException">It is not a whole backup that this program can read.</exception>
    /// <exception cref="StorageStartException">The store is in use, is not empty, or cannot be written.</exception>
    public static async Task<long> RestoreAsync(Stream input, StorageOptions options, bool replace, TimeProvider time, CancellationToken cancellationToken = default)
    {
        var start = input.Position;
        await CheckAsync(input, cancellationToken);
        input.Position = start;
        await using var reader = await BackupReader.OpenAsync(input, cancellationToken);
        var floor = RestoredRevisions.Floor(reader.Header, time.GetUtcNow());
        await using var replacement = await StoreReplacement.BeginAsync(options, replace, floor, time, cancellationToken);
        await foreach (var document in reader.DocumentsAsync(cancellationToken))
        {
            await replacement.AddAsync(document.Key, document.Document, cancellationToken);
        }

        return await replacement.CommitAsync(cancellationToken);
    }
}

/// <summary>What a backup holds.</summary>
/// <param name="Header">Its first line.</param>
/// <param name="Documents">How many documents.</param>
public sealed record BackupSummary(BackupHeader Header, long Documents);
