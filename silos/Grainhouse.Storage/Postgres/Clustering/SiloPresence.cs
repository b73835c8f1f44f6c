using Microsoft.Extensions.Logging;
using Npgsql;

namespace Grainhouse.Storage.Postgres.Clustering;

/// <summary>The proof that a silo's process lives: a lock that the database frees by itself when the process's connection ends.</summary>
/// <remarks>
/// Taken before the silo enters the membership table, so a row whose lock is free has lost its process or its way to the
/// database. A connection that breaks is made anew; until then <see cref="DeadSilos"/> asks at the silo's own port. See ADR 9.
/// </remarks>
public sealed partial class SiloPresence : IAsyncDisposable
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(200);

    // PostgreSQL ends the session of a host that vanished without a word within 6 s, and with it the lock.
    private const string Session = "SET tcp_keepalives_idle = 3; SET tcp_keepalives_interval = 1; SET tcp_keepalives_count = 3";

    private const string Take = "SELECT pg_try_advisory_lock(hashtextextended($1, 0))";

    private readonly string connectionString;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly CancellationTokenSource stop = new();
    private NpgsqlConnection? connection;
    private Task holding = Task.CompletedTask;

    private SiloPresence(string connectionString, MembershipKey key, TimeProvider time, ILogger logger)
    {
        this.connectionString = connectionString;
        Key = key;
        this.time = time;
        this.logger = logger;
    }

    /// <summary>Whose life it proves.</summary>
    public MembershipKey Key { get; }

    /// <summary>Takes the lock and keeps it until this is disposed.</summary>
    /// <param name="database">What <see cref="StorageOptions.Database"/> says.</param>
    /// <param name="key">Whose life it proves.</param>
    /// <param name="time">The clock of its retries.</param>
    /// <param name="logger">Where a loss is told.</param>
    /// <param name="cancellationToken">Ends the wait for the database.</param>
    public static async Task<SiloPresence> TakeAsync(string database, MembershipKey key, TimeProvider time, ILogger logger, CancellationToken cancellationToken)
    {
        // A session of its own: one that goes back to a pool would keep or lose the lock by chance. The driver's own
        // keep-alive finds a break that the network does not tell of.
        var address = new NpgsqlConnectionStringBuilder(PostgresClustering.ConnectionString(database))
        {
            ApplicationName = "grainhouse-presence",
            Pooling = false,
            KeepAlive = 2,
        };
        var presence = new SiloPresence(address.ConnectionString, key, time, logger);
        await presence.ConnectAsync(cancellationToken);
        presence.holding = presence.HoldAsync();
        return presence;
    }

    /// <summary>Gives the lock back. Safe to repeat.</summary>
    public async ValueTask DisposeAsync()
    {
        if (stop.IsCancellationRequested)
        {
            return;
        }

        await stop.CancelAsync();
        await holding;
        await CloseAsync();
        stop.Dispose();
    }

    private async Task HoldAsync()
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                if (connection is null)
                {
                    await ConnectAsync(stop.Token);
                    LogRegained(Key.LockName);
                }

                // Nobody notifies; the wait ends when the connection does.
                await connection!.WaitAsync(stop.Token);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception lost) when (lost is NpgsqlException or TimeoutException or IOException or InvalidOperationException)
            {
                LogLost(Key.LockName, lost.Message);
                await CloseAsync();
                await Task.Delay(RetryDelay, time, stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task ConnectAsync(CancellationToken cancellationToken)
    {
        var made = new NpgsqlConnection(connectionString);
        try
        {
            await made.OpenAsync(cancellationToken);
            await using (var settings = new NpgsqlCommand(Session, made))
            {
                await settings.ExecuteNonQueryAsync(cancellationToken);
            }

            await using var take = new NpgsqlCommand(Take, made) { Parameters = { new() { Value = Key.LockName } } };
            if (await take.ExecuteScalarAsync(cancellationToken) is not true)
            {
                // A session that broke on our side only still holds it: as good for others, but it will not last.
                throw new InvalidOperationException("an earlier session of this silo still holds its lock");
            }

            connection = made;
        }
        catch
        {
            await made.DisposeAsync();
            throw;
        }
    }

    private async Task CloseAsync()
    {
        if (connection is { } open)
        {
            connection = null;
            await open.DisposeAsync();
        }
    }

    [LoggerMessage(1250, LogLevel.Warning, "The lock that proves this silo ({Silo}) alive is lost; it is taken again: {Reason}")]
    private partial void LogLost(string silo, string reason);

    [LoggerMessage(1251, LogLevel.Information, "The lock that proves this silo ({Silo}) alive is held again")]
    private partial void LogRegained(string silo);
}
