using Grainhouse.Interfaces.Storage;
using Npgsql;

namespace Grainhouse.Storage.Postgres;

/// <summary>Runs calls that may be repeated: one that meets a lost connection is made again while the database is not away for long.</summary>
internal sealed class PostgresCalls(PostgresDatabase database, Reachability reachability, TimeProvider time)
{
    /// <summary>Runs a command and reads its rows.</summary>
    /// <exception cref="StoreUnavailableException">The database is away, or it refused.</exception>
    public async Task<T> RunAsync<T>(Func<NpgsqlCommand> command, Func<NpgsqlDataReader, CancellationToken, Task<T>> read, CancellationToken cancellationToken)
    {
        var backoff = new Backoff(time);
        while (true)
        {
            if (reachability.Fault is { } fault)
            {
                throw new StoreUnavailableException(fault);
            }

            try
            {
                var result = await RunOnceAsync(command(), read, cancellationToken);
                reachability.Found();
                return result;
            }
            catch (Exception error) when (error.IsDatabaseFault() && !cancellationToken.IsCancellationRequested)
            {
                if (!error.IsPassing())
                {
                    throw new StoreUnavailableException($"The database cannot be read: {error.Message}", error);
                }

                reachability.Lost();
            }

            await backoff.DelayAsync(cancellationToken);
        }
    }

    /// <summary>Tries once, however long the database has been away: for the loops that find out when it is back.</summary>
    public async Task<T> TryAsync<T>(Func<NpgsqlCommand> command, Func<NpgsqlDataReader, CancellationToken, Task<T>> read, CancellationToken cancellationToken)
    {
        var result = await RunOnceAsync(command(), read, cancellationToken);
        reachability.Found();
        return result;
    }

    /// <summary>A command of the database.</summary>
    public NpgsqlCommand Command(string sql, params ReadOnlySpan<NpgsqlParameter> parameters) => database.Command(sql, parameters);

    private static async Task<T> RunOnceAsync<T>(NpgsqlCommand command, Func<NpgsqlDataReader, CancellationToken, Task<T>> read, CancellationToken cancellationToken)
    {
        await using (command)
        {
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            return await read(reader, cancellationToken);
        }
    }
}
