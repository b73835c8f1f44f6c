namespace Grainhouse.Gateway.Fairness;

/// <summary>A request's seat. Leaving it twice is leaving it once.</summary>
internal sealed class Seat(FairSeats owner, User user, Flow flow, long since) : IDisposable
{
    private int left;

    public User User => user;

    public Flow Flow => flow;

    /// <summary>The clock's timestamp when it was taken.</summary>
    public long Since => since;

    /// <summary>Whether it was given to somebody else already.</summary>
    public bool HasLapsed { get; set; }

    /// <summary>Where it stands among those that may lapse; null for one that may not.</summary>
    public LinkedListNode<Seat>? Node { get; set; }

    /// <summary>Leaves the seat to the next.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref left, 1) == 0)
        {
            owner.Leave(this);
        }
    }
}
