using Npgsql;

namespace Grainhouse.Storage.Postgres.Clustering;

/// <summary>How Orleans' AdoNet clustering reaches its tables, which lie beside the store's and are made with them.</summary>
public static class PostgresClustering
{
    /// <summary>The provider's name of PostgreSQL's driver.</summary>
    public const string Invariant = "Npgsql";

    /// <summary>The connection string for the provider, which asks for its query texts without naming a schema.</summary>
    /// <param name="database">What <see cref="StorageOptions.Database"/> says.</param>
    /// <exception cref="FormatException">It is neither a URL nor a connection string.</exception>
    public static string ConnectionString(string database) =>
        new NpgsqlConnectionStringBuilder(PostgresAddress.Parse(database).Settings.ConnectionString)
        {
            SearchPath = "grainhouse",
            ApplicationName = "grainhouse-clustering",
            MaxPoolSize = 4,
            NoResetOnClose = false,
        }.ConnectionString;
}
