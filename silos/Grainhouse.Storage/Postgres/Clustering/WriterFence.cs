namespace Grainhouse.Storage.Postgres.Clustering;

/// <summary>Keeps a silo that was declared dead from committing anything, whatever it still believes.</summary>
/// <remarks>
/// The silo writes its name into its writer's row before it enters the membership table. Whoever marks it dead there, be it
/// Orleans, <see cref="DeadSilos"/> or an operator, fences the writer in the same transaction. The commit function takes the
/// writer's row before anything else: a group that has begun ends before the mark can be made, and none begins after it.
/// </remarks>
internal static class WriterFence
{
    /// <summary>Ties a writer to its silo.</summary>
    public const string EnterSql = """
        INSERT INTO grainhouse.writers AS w (writer, number, outcomes, committed, silo) VALUES ($1, 0, NULL, $2, $3)
        ON CONFLICT (writer) DO UPDATE SET silo = excluded.silo
        """;

    // 6 is Orleans' SiloStatus.Dead. The time is renewed, because rows are removed by their age. The names are qualified: it runs
    // in sessions of every search path.
    public const string Sql = """
        ALTER TABLE grainhouse.writers ADD COLUMN IF NOT EXISTS silo text, ADD COLUMN IF NOT EXISTS fenced boolean NOT NULL DEFAULT false;
        CREATE FUNCTION grainhouse.fence_writer() RETURNS trigger LANGUAGE plpgsql AS $body$
        BEGIN
          UPDATE grainhouse.writers SET fenced = true, committed = (extract(epoch FROM clock_timestamp()) * 1000)::bigint
            WHERE silo = NEW.address || ':' || NEW.port || '@' || NEW.generation;
          RETURN NULL;
        END
        $body$;
        CREATE TRIGGER fence_writer AFTER UPDATE OF status ON grainhouse.membership
          FOR EACH ROW WHEN (NEW.status = 6 AND OLD.status <> 6) EXECUTE FUNCTION grainhouse.fence_writer();

        """;
}
