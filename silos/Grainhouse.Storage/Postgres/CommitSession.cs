using Npgsql;
using NpgsqlTypes;

namespace Grainhouse.Storage.Postgres;

/// <summary>The connection that commits. Used by one caller at a time.</summary>
internal sealed class CommitSession : IAsyncDisposable
{
    private readonly NpgsqlConnection connection;
    private readonly NpgsqlCommand commit;

    private CommitSession(NpgsqlConnection connection, NpgsqlCommand commit)
    {
        this.connection = connection;
        this.commit = commit;
    }

    /// <summary>Throws when the connection is gone: what is sent afterwards can still be lost, but not for a reason that is already there.</summary>
    public async Task ProbeAsync()
    {
        await using var command = new NpgsqlCommand("SELECT 1", connection);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Connects.</summary>
    public static async Task<CommitSession> OpenAsync(PostgresDatabase database, StoreUse use)
    {
        var connection = await database.ConnectAsync();
        try
        {
            await use.ShareAsync(connection);
            var commit = new NpgsqlCommand(CommitFunction.CommitSql, connection);
            foreach (var type in (ReadOnlySpan<NpgsqlDbType>)[
                NpgsqlDbType.Uuid, NpgsqlDbType.Bigint, NpgsqlDbType.Array | NpgsqlDbType.Text, NpgsqlDbType.Array | NpgsqlDbType.Integer, NpgsqlDbType.Array | NpgsqlDbType.Bigint,
                NpgsqlDbType.Array | NpgsqlDbType.Boolean, NpgsqlDbType.Array | NpgsqlDbType.Integer, NpgsqlDbType.Array | NpgsqlDbType.Bytea, NpgsqlDbType.Bigint])
            {
                commit.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = type });
            }

            await commit.PrepareAsync();
            return new CommitSession(connection, commit);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Commits a group. When it returns the group is durable; when it throws that is not known, unless the server refused.</summary>
    public async Task<long[]> CommitAsync(Guid writer, long number, CommitColumns columns, long nowMilliseconds)
    {
        ReadOnlySpan<object> values = [writer, number, columns.Keys, columns.Slots, columns.Expected, columns.Deletes, columns.Sizes, columns.Documents, nowMilliseconds];
        for (var index = 0; index < values.Length; index++)
        {
            commit.Parameters[index].Value = values[index];
        }

        return (long[])(await commit.ExecuteScalarAsync())!;
    }

    /// <summary>Learns the outcomes of a group whose answer was lost; null: it is not committed and never will be.</summary>
    public async Task<long[]?> SettleAsync(Guid writer, long number, long nowMilliseconds)
    {
        await using var command = new NpgsqlCommand(CommitFunction.SettleSql, connection)
        {
            Parameters = { new() { Value = writer }, new() { Value = number }, new() { Value = nowMilliseconds } },
        };
        return await command.ExecuteScalarAsync() as long[];
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await commit.DisposeAsync();
        await connection.DisposeAsync();
    }
}
