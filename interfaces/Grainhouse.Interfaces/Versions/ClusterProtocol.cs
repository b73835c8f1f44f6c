namespace Grainhouse.Interfaces.Versions;

/// <summary>The cluster protocol: how silos speak to each other and what they leave in the store, as one number.</summary>
/// <remarks>
/// What a version before can ignore (a new field, a new kind of object, a new grain method that only new silos call) does not raise
/// the number. What it cannot (another meaning of a field, a message it must understand) does, and then
/// <see cref="ProtocolRange.Oldest"/> is at most one less, so that silos can be upgraded one by one.
/// The contracts tests hold what the number promises.
/// </remarks>
public static class ClusterProtocol
{
    /// <summary>What this program speaks.</summary>
    public static ProtocolRange Own { get; } = new(Newest: 1, Oldest: 1);
}

/// <summary>The protocols that a program speaks: all from the oldest to the newest.</summary>
public sealed record ProtocolRange(int Newest, int Oldest)
{
    /// <summary>Whether there is a protocol that both speak.</summary>
    public bool Meets(ProtocolRange other) => Newest >= other.Oldest && other.Newest >= Oldest;

    /// <summary>As people read it: <c>3</c>, or <c>2 to 3</c>.</summary>
    public override string ToString() => Newest == Oldest ? $"{Newest}" : $"{Oldest} to {Newest}";
}
