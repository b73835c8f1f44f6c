using System.Collections.Immutable;
using Grainhouse.Interfaces.Storage;
using Grainhouse.Storage.Postgres;
using Grainhouse.Storage.Postgres.Clustering;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Grainhouse.Storage;

/// <summary>The store in a PostgreSQL database: for clusters of many silos, all of which read and write it.</summary>
/// <remarks>
/// Each silo has one connection that commits, one that listens, and a pool for reading. A break of the connection only delays; when
/// the database stays away calls fail as unavailable, and the store goes on by itself when it is back.
/// Open it with <see cref="OpenAsync"/>; disposing it waits for the commits that were handed over.
/// </remarks>
public sealed partial class PostgresObjectStore : IObjectStore, IObjectHistory, IOpenable, IAsyncDisposable
{
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(30);

    private readonly StorageOptions options;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly IReadOnlyList<string> steps;
    private readonly CancellationTokenSource stop = new();
    private Opened? opened;
    private int disposed;

    /// <summary>Names a store; <see cref="OpenAsync"/> opens it.</summary>
    public PostgresObjectStore(StorageOptions options, TimeProvider? time = null, ILogger<PostgresObjectStore>? logger = null)
        : this(options, time, logger, PostgresSchema.Steps)
    {
    }

    /// <summary>Names a store with other steps of the schema than the program's own: what tests of the migration need.</summary>
    internal PostgresObjectStore(StorageOptions options, TimeProvider? time, ILogger<PostgresObjectStore>? logger, IReadOnlyList<string> steps)
    {
        this.options = options;
        this.time = time ?? TimeProvider.System;
        this.logger = logger ?? NullLogger<PostgresObjectStore>.Instance;
        this.steps = steps;
    }

    /// <inheritdoc/>
    /// <remarks>As this silo last heard, at most a second ago: reading from there may still end in <see cref="RevisionCompactedException"/>.</remarks>
    public long OldestRevision => Parts.Tail.Oldest;

    /// <summary>Groups that this silo committed since the store was opened.</summary>
    public long Transactions => Parts.Committer.Transactions;

    /// <summary>Why calls fail without being tried: the database is away for longer than they wait. Null while it is in reach.</summary>
    public string? Fault => Parts.Reachability.Fault;

    private Opened Parts => opened ?? throw new InvalidOperationException("The store is not open: await OpenAsync first.");

    /// <summary>Connects, brings the tables to the newest version and starts to follow. Once.</summary>
    /// <exception cref="StorageStartException">The options are wrong, the database does not answer, does not let this user in, or is of a newer version.</exception>
    public async Task OpenAsync()
    {
        if (options.FindFault() is { } fault)
        {
            throw new StorageStartException(fault);
        }

        var database = new PostgresDatabase(PostgresAddress.Parse(options.Database ?? throw new StorageStartException($"{StorageOptions.Section}:{nameof(options.Database)} is not set.")));
        try
        {
            await MigrateAsync(database);
            var reachability = new Reachability(time);
            var calls = new PostgresCalls(database, reachability, time);
            var reader = new PostgresReader(calls);
            var use = await StoreUse.OfAsync(database, reachability);
            var start = await reader.ReadTailAsync(long.MaxValue, 1, CancellationToken.None);
            opened = Start(database, use, reachability, calls, reader, start);
            LogOpened(database.Address, start.Newest, start.Compacted);
        }
        catch (Exception cause)
        {
            await database.DisposeAsync();
            throw cause.IsDatabaseFault() ? new StorageStartException($"{database.Address} cannot be used: {cause.Message}", cause) : cause;
        }
    }

    /// <summary>Says whose commits these are: once the silo is marked dead in the membership table, this store commits nothing any more.</summary>
    /// <exception cref="StoreUnavailableException">The database is away.</exception>
    public Task EnterAsync(MembershipKey silo, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(silo);
        return Parts.Calls.RunAsync(
            () => Parts.Calls.Command(
                WriterFence.EnterSql, new() { Value = Parts.Writer }, new() { Value = time.GetUtcNow().ToUnixTimeMilliseconds() }, new() { Value = silo.LockName }),
            static (_, _) => Task.FromResult(true),
            cancellationToken);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A key is longer than 2,000 bytes, or not text: the database could not hold it.</exception>
    public Task<ImmutableArray<WriteOutcome>> CommitAsync(ImmutableArray<StoreWrite> writes, CancellationToken cancellationToken = default)
    {
        if (writes.IsDefaultOrEmpty)
        {
            return Task.FromResult(ImmutableArray<WriteOutcome>.Empty);
        }

        cancellationToken.ThrowIfCancellationRequested();
        foreach (var write in writes)
        {
            // One caller's key that the database would refuse must not take the others of its group along.
            StoreKey.Check(write.Key);
        }

        var request = new CommitRequest(writes);
        Parts.Committer.Add(request);
        return cancellationToken.CanBeCanceled ? request.Task.WaitAsync(cancellationToken) : request.Task;
    }

    /// <inheritdoc/>
    public ValueTask<StoredDocument?> ReadAsync(string key, CancellationToken cancellationToken = default) =>
        StoreKey.IsPossible(key) ? new(Parts.Reader.ReadAsync(key, cancellationToken)) : ValueTask.FromResult<StoredDocument?>(null);

    /// <inheritdoc/>
    public Task<ScanPage> ScanAsync(string prefix, long? at = null, string? after = null, int limit = 0, CancellationToken cancellationToken = default) =>
        Parts.Reader.ScanAsync(prefix, at, after ?? "", limit, cancellationToken);

    /// <inheritdoc/>
    public Task<HistoryPage> ReadHistoryAsync(string prefix, long after, long upTo, int limit, CancellationToken cancellationToken = default) =>
        Parts.Reader.ReadHistoryAsync(prefix, after, upTo, limit, cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<ImmutableArray<StoreChange>> ChangesAsync(long after, CancellationToken cancellationToken = default) =>
        ChangeFollower.FollowAsync(Parts.Feed.Recent, this, after, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<long> ReadRevisionAsync(CancellationToken cancellationToken = default) => new(Parts.Reader.ReadRevisionAsync(cancellationToken));

    /// <summary>Compacts everything that is due now: what the store does by itself every few seconds while it is written to.</summary>
    internal Task CompactAsync() => Parts.Compactor.CompactAsync(stop.Token);

    /// <summary>Commits what was handed over and closes the connections. Safe to repeat.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref disposed, 1) != 0 || opened is null)
        {
            return;
        }

        await opened.Committer.DisposeAsync();
        await stop.CancelAsync();
        await opened.Following;
        await opened.Database.DisposeAsync();
        stop.Dispose();
    }

    private async Task MigrateAsync(PostgresDatabase database)
    {
        var started = time.GetTimestamp();
        var backoff = new Backoff(time);
        while (true)
        {
            try
            {
                await using var connection = await database.ConnectAsync();
                await PostgresSchema.MigrateAsync(connection, database.Address, steps);
                return;
            }
            catch (Exception away) when (away.IsPassing() && time.GetElapsedTime(started) < StartPatience)
            {
                // Silos and database are often started together.
                LogWaiting(database.Address, away.Message);
                await backoff.DelayAsync(CancellationToken.None);
            }
        }
    }

    private Opened Start(PostgresDatabase database, StoreUse use, Reachability reachability, PostgresCalls calls, PostgresReader reader, LogTail start)
    {
        // A name for this opening: a store that is opened again is another writer.
        var writer = Guid.NewGuid();
        var feed = new ChangeFeed(start.Newest);
        var tail = new LogReader(reader, feed, reachability, time, logger);
        tail.Compacted(start.Compacted);
        feed.Wanted = tail.Wake;
        var committer = new GroupCommitter(database, use, feed, reachability, writer, time, logger);
        var compactor = new Compactor(calls, feed, tail, options, time, logger);
        var listener = new CommitListener(database, use, tail, feed, writer, time, logger);
        committer.Start();
        return new Opened(database, writer, reachability, calls, reader, feed, tail, committer, compactor, FollowAsync());

        Task FollowAsync() => Task.WhenAll(
            Task.Run(() => tail.RunAsync(stop.Token)),
            Task.Run(() => listener.RunAsync(stop.Token)),
            Task.Run(() => compactor.RunAsync(stop.Token)));
    }

    private sealed record Opened(
        PostgresDatabase Database,
        Guid Writer,
        Reachability Reachability,
        PostgresCalls Calls,
        PostgresReader Reader,
        ChangeFeed Feed,
        LogReader Tail,
        GroupCommitter Committer,
        Compactor Compactor,
        Task Following);
}
