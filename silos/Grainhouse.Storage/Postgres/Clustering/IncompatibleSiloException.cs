namespace Grainhouse.Storage.Postgres.Clustering;

/// <summary>A silo must not join, because there is no cluster protocol that it and a living member both speak. The message names both and says what to do.</summary>
public sealed class IncompatibleSiloException(string message) : Exception(message);
