using Microsoft.Extensions.Logging;
using Npgsql;

namespace Grainhouse.Storage.Postgres.Clustering;

/// <summary>The proof that a silo's process lives: a lock that the database frees when its session ends, and a word in that session four times a second.</summary>
/// <remarks>
/// Taken before the silo enters the membership table, so a row whose lock is free has lost its process or its way to the
/// database. A session that breaks is made anew; until then <see cref="DeadSilos"/> asks at the silo's own port. See ADR 9.
/// A frozen process keeps its session and says nothing. The words come from a thread of their own, which waits for nothing of the
/// thread pool's, so that a silo which is only busy is heard. See ADR 15.
/// </remarks>
public sealed partial class SiloPresence : IAsyncDisposable
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan SpeakEvery = TimeSpan.FromMilliseconds(250);

    // A word costs the database nothing; a session that does not take it for so long is broken.
    private const int MostSecondsForAWord = 3;

    // Nobody counts on a silo that only starts: a database that is slow to begin with may take its time.
    private const int MostSecondsForTheFirst = 30;

    // PostgreSQL ends the session of a host that vanished without a word within 6 s, and with it the lock.
    private const string Session = "SET tcp_keepalives_idle = 3; SET tcp_keepalives_interval = 1; SET tcp_keepalives_count = 3";

    private const string Take = "SELECT pg_try_advisory_lock(hashtextextended($1, 0))";

    private readonly string connectionString;
    private readonly ILogger logger;
    private readonly ManualResetEventSlim stop = new();
    private readonly Thread holder;
    private NpgsqlConnection? connection;

    private SiloPresence(string connectionString, MembershipKey key, ILogger logger)
    {
        this.connectionString = connectionString;
        Key = key;
        this.logger = logger;
        holder = new Thread(Hold) { IsBackground = true, Name = "silo presence" };
    }

    /// <summary>Whose life it proves.</summary>
    public MembershipKey Key { get; }

    /// <summary>Takes the lock, and keeps and tells it until this is disposed.</summary>
    /// <param name="database">What <see cref="StorageOptions.Database"/> says.</param>
    /// <param name="key">Whose life it proves.</param>
    /// <param name="logger">Where a loss is told.</param>
    /// <param name="cancellationToken">Ends the wait for a thread; an attempt that has begun ends by the connection's own bound.</param>
    public static async Task<SiloPresence> TakeAsync(string database, MembershipKey key, ILogger logger, CancellationToken cancellationToken)
    {
        // A session of its own: one that goes back to a pool would keep or lose the lock by chance.
        var address = new NpgsqlConnectionStringBuilder(PostgresClustering.ConnectionString(database))
        {
            ApplicationName = "grainhouse-presence",
            Pooling = false,
        };
        var presence = new SiloPresence(address.ConnectionString, key, logger);
        await Task.Run(() => presence.Connect(MostSecondsForTheFirst), cancellationToken);
        presence.holder.Start();
        return presence;
    }

    /// <summary>Gives the lock back. Safe to repeat.</summary>
    public async ValueTask DisposeAsync()
    {
        if (stop.IsSet)
        {
            return;
        }

        stop.Set();
        await Task.Run(holder.Join);
        Close();
    }

    private void Hold()
    {
        while (!stop.Wait(connection is null ? RetryDelay : SpeakEvery))
        {
            try
            {
                if (connection is null)
                {
                    Connect(MostSecondsForAWord);
                    LogRegained(Key.LockName);
                }

                Execute(connection!, "SELECT", MostSecondsForAWord);
            }
            catch (Exception lost) when (lost is NpgsqlException or TimeoutException or IOException or InvalidOperationException)
            {
                LogLost(Key.LockName, lost.Message);
                Close();
            }
        }
    }

    private void Connect(int mostSeconds)
    {
        var made = new NpgsqlConnection(connectionString);
        try
        {
            made.Open();
            Execute(made, Session, mostSeconds);
            using var take = new NpgsqlCommand(Take, made) { CommandTimeout = mostSeconds, Parameters = { new() { Value = Key.LockName } } };
            if (take.ExecuteScalar() is not true)
            {
                // A session that broke on our side only still holds it: as good for others, but it will not last.
                throw new InvalidOperationException("an earlier session of this silo still holds its lock");
            }

            connection = made;
        }
        catch
        {
            made.Dispose();
            throw;
        }
    }

    private static void Execute(NpgsqlConnection open, string sql, int mostSeconds)
    {
        using var command = new NpgsqlCommand(sql, open) { CommandTimeout = mostSeconds };
        command.ExecuteNonQuery();
    }

    private void Close()
    {
        connection?.Dispose();
        connection = null;
    }

    [LoggerMessage(1250, LogLevel.Warning, "The lock that proves this silo ({Silo}) alive is lost; it is taken again: {Reason}")]
    private partial void LogLost(string silo, string reason);

    [LoggerMessage(1251, LogLevel.Information, "The lock that proves this silo ({Silo}) alive is held again")]
    private partial void LogRegained(string silo);
}
