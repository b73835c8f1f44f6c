using System.Collections.Immutable;
using Grainhouse.Interfaces.Storage;
using Grainhouse.Storage.Sqlite;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Grainhouse.Storage;

/// <summary>The store in one SQLite file: for a single silo, with no server to install.</summary>
/// <remarks>
/// One thread writes and flushes; what arrives meanwhile shares the next transaction. Reads have connections of their own.
/// Open it with <see cref="OpenAsync"/>; disposing it waits for the commits that were handed over.
/// </remarks>
public sealed partial class SqliteObjectStore : IObjectStore, IObjectHistory, IOpenable, IAsyncDisposable
{
    private const long PageBytes = 4 << 20;

    private readonly StorageOptions options;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly IReadOnlyList<string> steps;
    private readonly CommitQueue queue = new();
    private Opened? opened;
    private Task writing = Task.CompletedTask;
    private volatile string damage = "";
    private long revision;
    private long transactions;

    /// <summary>Names a store; <see cref="OpenAsync"/> opens it.</summary>
    public SqliteObjectStore(StorageOptions options, TimeProvider? time = null, ILogger<SqliteObjectStore>? logger = null)
        : this(options, time, logger, SqliteSchema.Steps)
    {
    }

    /// <summary>Names a store with other steps of the schema than the program's own: what tests of the migration need.</summary>
    internal SqliteObjectStore(StorageOptions options, TimeProvider? time, ILogger<SqliteObjectStore>? logger, IReadOnlyList<string> steps)
    {
        this.options = options;
        this.time = time ?? TimeProvider.System;
        this.logger = logger ?? NullLogger<SqliteObjectStore>.Instance;
        this.steps = steps;
    }

    /// <inheritdoc/>
    public long OldestRevision => Parts.Writer.OldestRevision;

    /// <summary>Transactions flushed since the store was opened. It stands still while nobody writes.</summary>
    public long Transactions => Volatile.Read(ref transactions);

    /// <summary>Ends once the file has been checked, where that was left for later.</summary>
    internal Task Checking { get; private set; } = Task.CompletedTask;

    private Opened Parts => opened ?? throw new InvalidOperationException("The store is not open: await OpenAsync first.");

    /// <summary>Opens the file: checks it, brings its tables to the newest version and starts the writer. Once.</summary>
    /// <exception cref="StorageStartException">The options are wrong, or the file is in use, damaged, newer, or not a store.</exception>
    public async Task OpenAsync()
    {
        opened = await Task.Run(Open);
        revision = opened.Writer.Revision;
        writing = Task.Factory.StartNew(Write, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        LogOpened(options.Path, revision, OldestRevision);
        Checking = opened.Check is { } check ? TakeFindingsAsync(check) : Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<ImmutableArray<WriteOutcome>> CommitAsync(ImmutableArray<StoreWrite> writes, CancellationToken cancellationToken = default)
    {
        if (writes.IsDefaultOrEmpty)
        {
            return Task.FromResult(ImmutableArray<WriteOutcome>.Empty);
        }

        cancellationToken.ThrowIfCancellationRequested();
        _ = Parts;
        ThrowIfDamaged();
        var request = new CommitRequest(writes);
        if (!queue.TryAdd(request))
        {
            throw new StoreUnavailableException("The store is closed.");
        }

        return cancellationToken.CanBeCanceled ? request.Task.WaitAsync(cancellationToken) : request.Task;
    }

    /// <inheritdoc/>
    public ValueTask<StoredDocument?> ReadAsync(string key, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(Read(key, static (reader, key) => reader.Read(key)));

    /// <inheritdoc/>
    public Task<ScanPage> ScanAsync(string prefix, long? at = null, string? after = null, int limit = 0, CancellationToken cancellationToken = default) =>
        Task.Run(() => Read((prefix, at, after, limit), static (reader, ask) => reader.Scan(ask.prefix, ask.at, ask.after ?? "", ask.limit)), cancellationToken);

    /// <inheritdoc/>
    public Task<HistoryPage> ReadHistoryAsync(string prefix, long after, long upTo, int limit, CancellationToken cancellationToken = default) =>
        Task.Run(() => Read((prefix, after, upTo, limit), static (reader, ask) => reader.ReadHistory(ask.prefix, ask.after, ask.upTo, ask.limit, PageBytes)), cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<ImmutableArray<StoreChange>> ChangesAsync(long after, CancellationToken cancellationToken = default) =>
        ChangeFollower.FollowAsync(Parts.Recent, this, after, cancellationToken);

    /// <inheritdoc/>
    /// <remarks>
    /// This process is the file's only writer (it holds its lock), so what it committed last is the newest. Readiness asks for
    /// it, so a store whose file was found damaged refuses here what it refuses for commits.
    /// </remarks>
    public ValueTask<long> ReadRevisionAsync(CancellationToken cancellationToken = default)
    {
        ThrowIfDamaged();
        return ValueTask.FromResult(Volatile.Read(ref revision));
    }

    /// <summary>Commits what was handed over, copies the write-ahead log back into the file and closes it. Safe to repeat.</summary>
    public async ValueTask DisposeAsync()
    {
        queue.Close();
        await writing;
        if (opened?.Check is { } check)
        {
            await check.DisposeAsync();
        }

        opened?.Readers.Dispose();
        opened?.Writer.Dispose();
        opened?.File.Dispose();
    }

    private Opened Open()
    {
        if (options.FindFault() is { } fault)
        {
            throw new StorageStartException(fault);
        }

        var file = SqliteFile.Take(options);
        try
        {
            var writer = new SqliteWriter(file.OpenWriter(steps), options, time);
            return new Opened(
                file, writer, new SqliteReaderPool(file), new RecentChanges(writer.Revision), file.IsToBeChecked ? new SqliteBackgroundCheck(file) : null);
        }
        catch (Exception cause) when (cause is StorageStartException or SqliteFailure)
        {
            file.Dispose();
            throw cause as StorageStartException ?? new StorageStartException($"'{options.Path}' cannot be read: {cause.Message}", cause);
        }
    }

    private async Task TakeFindingsAsync(SqliteBackgroundCheck check)
    {
        damage = await check.Findings;
        if (damage.Length > 0)
        {
            LogDamaged(options.Path, damage);
        }
    }

    private void ThrowIfDamaged()
    {
        if (damage.Length > 0)
        {
            throw new StoreUnavailableException(
                $"The store's file is damaged ({damage.ReplaceLineEndings(" ")}). It takes no more writes; stop the silo and restore a backup.");
        }
    }

    private T Read<TArgument, T>(TArgument argument, Func<SqliteReader, TArgument, T> read)
    {
        try
        {
            return Parts.Readers.Read(argument, read);
        }
        catch (SqliteFailure failure)
        {
            LogReadFailed(failure);
            throw new StoreUnavailableException($"The store cannot be read: {failure.Message}", failure);
        }
    }

    private void Write()
    {
        var (_, writer, _, recent, _) = Parts;
        var group = new List<CommitRequest>();
        while (queue.Take(group))
        {
            try
            {
                Commit(writer, recent, group);
            }
            catch (SqliteFailure failure)
            {
                Fail(group, failure, Explain(failure));
            }
#pragma warning disable CA1031 // The edge of the writer's loop: without it one fault would leave every later caller waiting for ever.
            catch (Exception fault)
#pragma warning restore CA1031
            {
                Fail(group, fault, "The store failed to commit.");
            }
        }
    }

    private void Commit(SqliteWriter writer, RecentChanges recent, List<CommitRequest> group)
    {
        var changes = writer.Commit(group);
        if (changes.Length > 0)
        {
            Volatile.Write(ref transactions, transactions + 1);
            Volatile.Write(ref revision, writer.Revision);

            // Before the callers are answered: by the time they look, the followers are already on their way.
            recent.Publish(changes);
        }

        foreach (var request in group)
        {
            request.TrySetResult(request.Outcomes);
        }
    }

    private void Fail(List<CommitRequest> group, Exception cause, string message)
    {
        LogCommitFailed(cause, group.Count);
        var error = new StoreUnavailableException(message, cause);
        foreach (var request in group)
        {
            request.TrySetException(error);
        }
    }

    private static string Explain(SqliteFailure failure) => failure.Kind switch
    {
        StorageUnavailability.DiskFull => "The store's disk is full. Nothing was written; free some space and ask again.",
        StorageUnavailability.Busy => "The store's file is held by another program. Nothing was written; ask again.",
        StorageUnavailability.Corrupt => $"The store's file is damaged. Nothing was written. {failure.Message}",
        _ => $"The store's disk cannot be written. Nothing was written; ask again. {failure.Message}",
    };

    private sealed record Opened(SqliteFile File, SqliteWriter Writer, SqliteReaderPool Readers, RecentChanges Recent, SqliteBackgroundCheck? Check);
}
