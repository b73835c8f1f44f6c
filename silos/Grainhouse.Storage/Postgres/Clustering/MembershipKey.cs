namespace Grainhouse.Storage.Postgres.Clustering;

/// <summary>One life of one silo, as the membership table knows it.</summary>
/// <param name="Address">The address that other silos dial, as text.</param>
/// <param name="Port">Its port.</param>
/// <param name="Generation">Tells this life from those before it at the same address and port.</param>
public sealed record MembershipKey(string Address, int Port, int Generation)
{
    // What the advisory lock is taken on; the same words are made in SQL from a row's columns.
    internal string LockName => $"{Address}:{Port}@{Generation}";
}
