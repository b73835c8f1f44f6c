namespace Grainhouse.Storage.Postgres;

/// <summary>The tables of the store.</summary>
/// <remarks>
/// As in SQLite's: each document is written once, to the log; head says which revision of a key is the current one; "volume" is
/// the running total of document bytes, so that the size of any stretch of the history is a subtraction.
/// <para>
/// One row, <c>counter</c>, holds the newest revision. Every commit locks it before it looks at anything and keeps the lock until
/// it is durable, so revisions are given without gaps and in the order of commits, across all silos: whoever sees revision r sees
/// everything below it. A sequence would give numbers in the order of asking, and a reader could see r before r-1 is committed.
/// What it costs is that groups of different silos commit one after another; what it buys back is the group.
/// </para>
/// </remarks>
internal static class StoreTables
{
    // Keys compare by their bytes. The counter, the starts of the history and the writers' rows are rewritten all the time in
    // place (a low fill factor leaves room in their page). Documents are kept as they are, and those up to 8 kB in the row itself:
    // compressing under the counter's lock would cost every writer.
    public const string Sql = """
        CREATE TABLE grainhouse.log (
          revision bigint PRIMARY KEY,
          key text COLLATE "C" NOT NULL,
          document bytea,
          previous bigint NOT NULL,
          committed bigint NOT NULL,
          volume bigint NOT NULL)
          WITH (toast_tuple_target = 8160, autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_insert_scale_factor = 0.2);
        ALTER TABLE grainhouse.log ALTER COLUMN document SET STORAGE EXTERNAL;
        CREATE TABLE grainhouse.head (key text COLLATE "C" PRIMARY KEY, revision bigint NOT NULL)
          WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05);
        CREATE TABLE grainhouse.counter (one boolean PRIMARY KEY DEFAULT true CHECK (one), revision bigint NOT NULL, volume bigint NOT NULL)
          WITH (fillfactor = 10);
        CREATE TABLE grainhouse.history (one boolean PRIMARY KEY DEFAULT true CHECK (one), compacted bigint NOT NULL)
          WITH (fillfactor = 10);
        CREATE TABLE grainhouse.writers (
          writer uuid PRIMARY KEY, number bigint NOT NULL, outcomes bigint[], committed bigint NOT NULL, silo text, fenced boolean NOT NULL DEFAULT false)
          WITH (fillfactor = 10);
        INSERT INTO grainhouse.counter VALUES (true, 0, 0);
        INSERT INTO grainhouse.history VALUES (true, 0);

        """;
}
