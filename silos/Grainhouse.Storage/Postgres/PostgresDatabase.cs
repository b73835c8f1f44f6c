using Npgsql;

namespace Grainhouse.Storage.Postgres;

/// <summary>Connections to the database, with the settings that the store's statements count on.</summary>
internal sealed class PostgresDatabase : IAsyncDisposable
{
    // Durable means flushed, whatever the role's own default. Every statement of the commit function must see what was
    // committed while it waited, which only READ COMMITTED shows. The plans are the ones that the keys were made for: a plan
    // that was cached while the tables were empty would scan them for ever, and with scans priced out, compiling to machine
    // code would look worth while for a lookup. Planned once: planning a group's seven statements anew took as long as running them.
    private const string Session = """
        SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') IN ('off', 'local', 'remote_write');
        SET default_transaction_isolation = 'read committed';
        SET enable_seqscan = off; SET enable_bitmapscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off;
        SET plan_cache_mode = force_generic_plan; SET jit = off;
        """;

    private readonly NpgsqlDataSource source;

    /// <summary>Names a database; nothing is connected before it is asked for.</summary>
    public PostgresDatabase(PostgresAddress address)
    {
        Address = address;
        var builder = new NpgsqlDataSourceBuilder(address.Settings.ConnectionString);
        builder.UsePhysicalConnectionInitializer(
            static connection => throw new NotSupportedException("The store connects asynchronously only."),
            static async connection =>
            {
                await using var command = new NpgsqlCommand(Session, connection);
                await command.ExecuteNonQueryAsync();
            });

        // Behind several addresses stands one primary; a standby could not commit, and would show what is old.
        source = address.HasManyHosts ? builder.BuildMultiHost().WithTargetSession(TargetSessionAttributes.Primary) : builder.Build();
    }

    /// <summary>Where it is.</summary>
    public PostgresAddress Address { get; }

    /// <summary>A connection from the pool.</summary>
    public ValueTask<NpgsqlConnection> ConnectAsync(CancellationToken cancellationToken = default) => source.OpenConnectionAsync(cancellationToken);

    /// <summary>A command that takes a connection from the pool while it runs.</summary>
    public NpgsqlCommand Command(string sql, params ReadOnlySpan<NpgsqlParameter> parameters)
    {
        var command = source.CreateCommand(sql);
        foreach (var parameter in parameters)
        {
            command.Parameters.Add(parameter);
        }

        return command;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => source.DisposeAsync();
}
