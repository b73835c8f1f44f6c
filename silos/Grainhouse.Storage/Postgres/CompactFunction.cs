namespace Grainhouse.Storage.Postgres;

/// <summary>Moves the start of the history forward by one stretch.</summary>
/// <remarks>
/// Of the revisions at or below the start only those remain that are the state at the start, as in SQLite's. It takes no lock that
/// a commit needs; the history's row lets one silo at a time do it, and the others pass on. It need not be flushed: a crash that
/// loses it loses the start and the deletions together.
/// </remarks>
internal static class CompactFunction
{
    /// <summary>Compacts a stretch if one is due. Gives the start of the history; NULL when another silo is at it.</summary>
    public const string CompactSql = "SELECT grainhouse.compact($1, $2, $3, $4, $5)";

    public const string Sql = """
        CREATE OR REPLACE FUNCTION grainhouse.compact(min_revisions bigint, min_age_ms bigint, max_bytes bigint, stretch bigint, now_ms bigint)
        RETURNS bigint LANGUAGE plpgsql AS $body$
        DECLARE
          start bigint;
          newest bigint;
          total bigint;
          upto bigint;
        BEGIN
          PERFORM set_config('synchronous_commit', 'off', true);
          SELECT h.compacted INTO start FROM grainhouse.history h WHERE h.one FOR UPDATE SKIP LOCKED;
          IF NOT FOUND THEN
            RETURN NULL;
          END IF;

          SELECT c.revision, c.volume INTO newest, total FROM grainhouse.counter c WHERE c.one;

          -- Up to the first row that is to be kept; nothing behind it is looked at, because it is younger.
          SELECT coalesce(min(s.revision) FILTER (WHERE NOT s.due) - 1, max(s.revision)) INTO upto FROM (
            SELECT l.revision,
              total - l.volume > max_bytes OR (now_ms - l.committed >= min_age_ms AND newest - l.revision >= min_revisions) AS due
            FROM grainhouse.log l WHERE l.revision > start ORDER BY l.revision LIMIT stretch) s;
          IF upto IS NULL OR upto <= start THEN
            RETURN start;
          END IF;

          DELETE FROM grainhouse.log WHERE revision IN (
            SELECT l.previous FROM grainhouse.log l WHERE l.revision > start AND l.revision <= upto AND l.previous > 0
            UNION ALL
            SELECT l.revision FROM grainhouse.log l WHERE l.revision > start AND l.revision <= upto AND l.document IS NULL);
          UPDATE grainhouse.history SET compacted = upto WHERE one;

          -- A silo's row is of use while one of its commits may be asked for, or still come: a week after its end nobody waits for it.
          DELETE FROM grainhouse.writers WHERE committed < now_ms - 7 * 86400000::bigint AND (silo IS NULL OR fenced);
          RETURN upto;
        END
        $body$;

        """;
}
