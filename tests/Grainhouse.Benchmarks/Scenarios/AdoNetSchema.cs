namespace Grainhouse.Benchmarks.Scenarios;

/// <summary>What Orleans' AdoNet storage asks of a database, for grains with integer keys.</summary>
/// <remarks>
/// Leaner than the script that Orleans offers, to its favour: one statement a write instead of a procedure, and a unique index
/// instead of one that only narrows.
/// </remarks>
internal static class AdoNetSchema
{
    public const string Script = """
        CREATE TABLE OrleansQuery (QueryKey varchar(64) PRIMARY KEY, QueryText varchar(8000) NOT NULL);
        CREATE TABLE OrleansStorage (
          GrainIdHash integer, GrainIdN0 bigint, GrainIdN1 bigint, GrainTypeHash integer, GrainTypeString varchar(512), ServiceId varchar(150),
          Payload bytea, ModifiedOn timestamp, Version integer,
          PRIMARY KEY (GrainIdHash, GrainIdN0, GrainIdN1, GrainTypeHash, GrainTypeString, ServiceId));
        INSERT INTO OrleansQuery VALUES
        ('WriteToStorageKey', '
          INSERT INTO OrleansStorage AS s
          VALUES (@GrainIdHash, @GrainIdN0, @GrainIdN1, @GrainTypeHash, @GrainTypeString, @ServiceId, @PayloadBinary, now() at time zone ''utc'', 1)
          ON CONFLICT (GrainIdHash, GrainIdN0, GrainIdN1, GrainTypeHash, GrainTypeString, ServiceId) DO UPDATE
          SET Payload = excluded.Payload, ModifiedOn = excluded.ModifiedOn, Version = s.Version + 1
          WHERE s.Version = @GrainStateVersion
          RETURNING Version AS NewGrainStateVersion'),
        ('ReadFromStorageKey', '
          SELECT Payload AS PayloadBinary, Version FROM OrleansStorage
          WHERE GrainIdHash = @GrainIdHash AND GrainIdN0 = @GrainIdN0 AND GrainIdN1 = @GrainIdN1 AND GrainTypeHash = @GrainTypeHash
          AND GrainTypeString = @GrainTypeString AND ServiceId = @ServiceId'),
        ('ClearStorageKey', '
          UPDATE OrleansStorage SET Payload = NULL, Version = Version + 1
          WHERE GrainIdHash = @GrainIdHash AND GrainIdN0 = @GrainIdN0 AND GrainIdN1 = @GrainIdN1 AND GrainTypeHash = @GrainTypeHash
          AND GrainTypeString = @GrainTypeString AND ServiceId = @ServiceId AND Version = @GrainStateVersion
          RETURNING Version AS NewGrainStateVersion');
        """;
}
