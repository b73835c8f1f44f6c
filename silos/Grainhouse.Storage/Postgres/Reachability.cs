namespace Grainhouse.Storage.Postgres;

/// <summary>Whether the database is in reach, as its callers last found it.</summary>
/// <remarks>A break that heals within <see cref="Patience"/> (a restart, a fail-over, a lost connection) only delays; a longer one is told at once to everybody who asks.</remarks>
internal sealed class Reachability(TimeProvider time)
{
    /// <summary>How long calls wait for a database that went away.</summary>
    /// <value>1.5 s: a local restart takes one, and whoever called the grain that waits hears the reason before its own 1.8 s are over.</value>
    public static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(1_500);

    private long lostAt;

    /// <summary>Why the store must not be used until the silo was restarted; null while it may be.</summary>
    public string? Refusal { get; private set; }

    /// <summary>Whether it has been away for longer than callers wait.</summary>
    public bool IsAway => Volatile.Read(ref lostAt) is > 0 and var since && time.GetElapsedTime(since) >= Patience;

    /// <summary>Why a call fails without being tried; null when it may be tried.</summary>
    public string? Fault => Refusal ?? (IsAway ? "The database is away; nothing was written. Ask again." : null);

    /// <summary>Ends the store's use: what the silo knows is not what the database holds.</summary>
    public void Refuse(string why) => Refusal = why;

    /// <summary>A call did not reach it; true for the first since it was last reached.</summary>
    public bool Lost() => Interlocked.CompareExchange(ref lostAt, Math.Max(1, time.GetTimestamp()), 0) == 0;

    /// <summary>A call reached it; true for the first after a break.</summary>
    public bool Found() => Volatile.Read(ref lostAt) != 0 && Interlocked.Exchange(ref lostAt, 0) != 0;
}
