namespace Grainhouse.Storage.Postgres;

/// <summary>Commits one group of writes: one call, one round trip, one transaction, one flush.</summary>
/// <remarks>
/// A function, because the counter's lock is then never held while a silo is being waited for: a silo that freezes or loses its
/// network in the middle stalls nobody.
/// <para>
/// The writer's row makes a lost answer findable: it holds the number and the outcomes of the writer's last group, in the same
/// transaction. <see cref="SettleSql"/> waits for that row, so it answers only once the group has ended, and a group that has not
/// begun by then finds its number taken and fails. (The transaction's id with <c>pg_xact_status</c> would not do: after a crash
/// PostgreSQL may give the id of a transaction that was never flushed to another one.)
/// </para>
/// </remarks>
internal static class CommitFunction
{
    /// <summary>The channel on which commits are told: "writer first last".</summary>
    public const string Channel = "grainhouse";

    /// <summary>Commits a group. Gives for each write its revision, or -1 minus the key's current revision when the expectation was stale.</summary>
    public const string CommitSql = "SELECT grainhouse.commit_group($1, $2, $3, $4, $5, $6, $7, $8, $9)";

    /// <summary>Learns the outcomes of a group whose answer was lost; NULL: it is not committed and never will be.</summary>
    public const string SettleSql = """
        INSERT INTO grainhouse.writers AS w (writer, number, outcomes, committed) VALUES ($1, $2, NULL, $3)
        ON CONFLICT (writer) DO UPDATE SET number = excluded.number, outcomes = CASE WHEN w.number = excluded.number THEN w.outcomes END
        RETURNING outcomes
        """;

    // slots[i] is the first place of the group that has the key of place i: writes of one key are decided in order, each against
    // what the one before left. Everything else is done in sets.
    public const string Sql = """
        CREATE OR REPLACE FUNCTION grainhouse.commit_group(
          of_writer uuid, of_number bigint, keys text[], slots int[], expected bigint[], deletes boolean[], sizes int[], documents bytea[], now_ms bigint)
        RETURNS bigint[] LANGUAGE plpgsql AS $body$
        DECLARE
          start bigint;
          newest bigint;
          total bigint;
          was bigint[];
          becomes bigint[];
          decided bigint[] := array_fill(0::bigint, ARRAY[cardinality(keys)]);
          volumes bigint[] := decided;
          found_now bigint;
        BEGIN
          INSERT INTO grainhouse.writers AS w (writer, number, outcomes, committed) VALUES (of_writer, of_number, NULL, now_ms)
            ON CONFLICT (writer) DO UPDATE SET number = excluded.number, outcomes = NULL, committed = excluded.committed
              WHERE w.number < excluded.number AND NOT w.fenced;
          IF NOT FOUND THEN
            RAISE EXCEPTION 'group % of writer % was settled before it began, or the cluster has declared its silo dead', of_number, of_writer;
          END IF;

          SELECT c.revision, c.volume INTO start, total FROM grainhouse.counter c WHERE c.one FOR UPDATE;
          newest := start;

          -- A statement of its own: its snapshot is taken after the lock, and shows all that was committed before.
          SELECT array_agg(coalesce(h.revision, 0) ORDER BY k.place) INTO was
            FROM unnest(keys) WITH ORDINALITY AS k(key, place) LEFT JOIN grainhouse.head h ON h.key = k.key;
          becomes := was;

          FOR place IN 1 .. cardinality(keys) LOOP
            found_now := becomes[slots[place]];
            IF found_now <> expected[place] OR (found_now = 0 AND deletes[place]) THEN
              decided[place] := -1 - found_now;
            ELSE
              newest := newest + 1;
              total := total + sizes[place];
              decided[place] := newest;
              volumes[place] := total;
              becomes[slots[place]] := CASE WHEN deletes[place] THEN 0 ELSE newest END;
            END IF;
          END LOOP;

          IF newest = start THEN
            -- Nothing to keep, so nothing to flush for.
            PERFORM set_config('synchronous_commit', 'off', true);
            RETURN decided;
          END IF;

          INSERT INTO grainhouse.log (revision, key, document, previous, committed, volume)
            SELECT w.outcome, w.key, w.document, w.expected, now_ms, w.volume
            FROM unnest(decided, keys, documents, expected, volumes) AS w(outcome, key, document, expected, volume) WHERE w.outcome > 0;
          INSERT INTO grainhouse.head (key, revision)
            SELECT w.key, w.becomes FROM unnest(keys, was, becomes) AS w(key, was, becomes) WHERE w.becomes > 0 AND w.becomes <> w.was
            ON CONFLICT (key) DO UPDATE SET revision = excluded.revision;
          IF true = ANY (deletes) THEN
            DELETE FROM grainhouse.head h USING unnest(keys, was, becomes) AS w(key, was, becomes)
              WHERE h.key = w.key AND w.becomes = 0 AND w.was > 0;
          END IF;

          UPDATE grainhouse.counter SET revision = newest, volume = total WHERE one;
          UPDATE grainhouse.writers w SET outcomes = decided WHERE w.writer = of_writer;
          PERFORM pg_notify('grainhouse', of_writer || ' ' || start + 1 || ' ' || newest);
          RETURN decided;
        END
        $body$;

        """;
}
