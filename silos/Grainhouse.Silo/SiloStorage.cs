using Grainhouse.Storage;

namespace Grainhouse.Silo;

/// <summary>Where the state of a silo is.</summary>
public static class SiloStorage
{
    /// <summary>The store of a silo: the database, or without one a file in the data directory.</summary>
    public static StorageOptions Of(string dataDirectory, string? database) => new() { Path = Path.Combine(dataDirectory, "grainhouse.db"), Database = database };
}
