namespace Grainhouse.Storage.Postgres.Clustering;

/// <summary>What Orleans' AdoNet clustering asks of the database: its tables, and the texts of its queries.</summary>
/// <remarks>
/// The provider reads <c>OrleansQuery</c> once at start and runs the texts with named parameters; names and types of parameters
/// and columns are its contract, the rest is ours. Each text is one statement, so what it must do at once it does at once: the
/// version row is locked by the raise, and a raise that finds another version changes nothing.
/// </remarks>
internal static class ClusteringTables
{
    // The dollar quotes keep the texts readable here; the provider replaces nothing in them.
    public const string Sql = """
        CREATE TABLE grainhouse.membership_version (
          deployment_id text PRIMARY KEY,
          version integer NOT NULL);
        CREATE TABLE grainhouse.membership (
          deployment_id text NOT NULL REFERENCES grainhouse.membership_version ON DELETE CASCADE,
          address text NOT NULL,
          port integer NOT NULL,
          generation integer NOT NULL,
          silo_name text NOT NULL,
          host_name text NOT NULL,
          status integer NOT NULL,
          proxy_port integer,
          suspect_times text,
          start_time timestamptz NOT NULL,
          i_am_alive_time timestamptz NOT NULL,
          PRIMARY KEY (deployment_id, address, port, generation))
          WITH (fillfactor = 50);
        CREATE TABLE grainhouse.OrleansQuery (QueryKey text PRIMARY KEY, QueryText text NOT NULL);

        INSERT INTO grainhouse.OrleansQuery VALUES
        ('InsertMembershipVersionKey', $query$
          WITH added AS (
            INSERT INTO grainhouse.membership_version (deployment_id, version) VALUES (@DeploymentId, 0) ON CONFLICT DO NOTHING RETURNING 1)
          SELECT count(*)::integer FROM added
        $query$),
        ('InsertMembershipKey', $query$
          WITH raised AS (
            UPDATE grainhouse.membership_version SET version = version + 1
            WHERE deployment_id = @DeploymentId AND version = @Version AND NOT EXISTS (
              SELECT 1 FROM grainhouse.membership
              WHERE deployment_id = @DeploymentId AND address = @Address AND port = @Port AND generation = @Generation)
            RETURNING 1),
          added AS (
            INSERT INTO grainhouse.membership
              (deployment_id, address, port, generation, silo_name, host_name, status, proxy_port, start_time, i_am_alive_time)
            SELECT @DeploymentId, @Address, @Port, @Generation, @SiloName, @HostName, @Status, @ProxyPort, @StartTime, @IAmAliveTime FROM raised
            RETURNING 1)
          SELECT count(*)::integer FROM added
        $query$),
        ('UpdateMembershipKey', $query$
          WITH raised AS (
            UPDATE grainhouse.membership_version SET version = version + 1
            WHERE deployment_id = @DeploymentId AND version = @Version AND EXISTS (
              SELECT 1 FROM grainhouse.membership
              WHERE deployment_id = @DeploymentId AND address = @Address AND port = @Port AND generation = @Generation)
            RETURNING 1),
          updated AS (
            UPDATE grainhouse.membership SET status = @Status, suspect_times = @SuspectTimes, i_am_alive_time = @IAmAliveTime
            FROM raised
            WHERE deployment_id = @DeploymentId AND address = @Address AND port = @Port AND generation = @Generation
            RETURNING 1)
          SELECT count(*)::integer FROM updated
        $query$),
        ('UpdateIAmAlivetimeKey', $query$
          UPDATE grainhouse.membership SET i_am_alive_time = @IAmAliveTime
          WHERE deployment_id = @DeploymentId AND address = @Address AND port = @Port AND generation = @Generation
        $query$),
        ('MembershipReadRowKey', $query$
          SELECT v.deployment_id AS DeploymentId, m.address AS Address, m.port AS Port, m.generation AS Generation, m.silo_name AS SiloName,
            m.host_name AS HostName, m.status AS Status, m.proxy_port AS ProxyPort, m.suspect_times AS SuspectTimes,
            m.start_time AS StartTime, m.i_am_alive_time AS IAmAliveTime, v.version AS Version
          FROM grainhouse.membership_version v LEFT JOIN grainhouse.membership m
            ON m.deployment_id = v.deployment_id AND m.address = @Address AND m.port = @Port AND m.generation = @Generation
          WHERE v.deployment_id = @DeploymentId
        $query$),
        ('MembershipReadAllKey', $query$
          SELECT v.deployment_id AS DeploymentId, m.address AS Address, m.port AS Port, m.generation AS Generation, m.silo_name AS SiloName,
            m.host_name AS HostName, m.status AS Status, m.proxy_port AS ProxyPort, m.suspect_times AS SuspectTimes,
            m.start_time AS StartTime, m.i_am_alive_time AS IAmAliveTime, v.version AS Version
          FROM grainhouse.membership_version v LEFT JOIN grainhouse.membership m ON m.deployment_id = v.deployment_id
          WHERE v.deployment_id = @DeploymentId
        $query$),
        ('DeleteMembershipTableEntriesKey', $query$
          DELETE FROM grainhouse.membership_version WHERE deployment_id = @DeploymentId
        $query$),
        ('CleanupDefunctSiloEntriesKey', $query$
          DELETE FROM grainhouse.membership WHERE deployment_id = @DeploymentId AND i_am_alive_time < @IAmAliveTime AND status <> 3
        $query$),
        ('GatewaysQueryKey', $query$
          SELECT address AS Address, proxy_port AS ProxyPort, generation AS Generation
          FROM grainhouse.membership WHERE deployment_id = @DeploymentId AND status = @Status AND proxy_port > 0
        $query$)
        """;
}
