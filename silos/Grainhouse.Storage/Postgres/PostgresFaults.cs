using System.Net.Sockets;
using Npgsql;

namespace Grainhouse.Storage.Postgres;

/// <summary>Sorts what goes wrong by what to do next.</summary>
internal static class PostgresFaults
{
    /// <summary>What a caller hears while the database is out of reach.</summary>
    public const string Away = "The database is away. Nothing was written; ask again.";

    /// <summary>Whether it came from the database or from the way there: anything else is a fault of the program.</summary>
    public static bool IsDatabaseFault(this Exception error) => error is NpgsqlException or IOException or SocketException or TimeoutException or OperationCanceledException;

    /// <summary>Whether the server itself refused the statement and the connection goes on: its transaction is certainly rolled back.</summary>
    /// <remarks>FATAL and PANIC end the connection and may come after a commit.</remarks>
    public static bool IsRefusal(this Exception error) => error is PostgresException { InvariantSeverity: "ERROR" };

    /// <summary>Whether the same call may succeed on another connection, now or in a moment.</summary>
    public static bool IsPassing(this Exception error) => error switch
    {
        // A standby that is being promoted, a conflict that another session's setting may cause.
        PostgresException { SqlState: PostgresErrorCodes.ReadOnlySqlTransaction or PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected } => true,

        // Shutting down, starting up, too many connections.
        PostgresException refused => !refused.IsRefusal() && !refused.IsWrongAddress(),
        _ => error.IsDatabaseFault(),
    };

    /// <summary>Whether the server answers but does not let this user in: a person must act.</summary>
    public static bool IsWrongAddress(this PostgresException error) =>
        error.SqlState is PostgresErrorCodes.InvalidCatalogName or PostgresErrorCodes.InsufficientPrivilege || error.SqlState.StartsWith("28", StringComparison.Ordinal);

    /// <summary>The failure for people.</summary>
    public static string Explain(Exception error) => error switch
    {
        PostgresException { SqlState: PostgresErrorCodes.DiskFull } => "The database's disk is full. Nothing was written; free some space and ask again.",
        PostgresException refused => $"The database refused ({refused.SqlState}: {refused.MessageText}). Nothing was written; ask again.",
        _ => Away,
    };
}
