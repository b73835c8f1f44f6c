using System.Diagnostics;

namespace Grainhouse.Gateway.Fairness;

/// <summary>A bounded number of requests at once, shared fairly: who has the fewest under way is next.</summary>
/// <remarks>
/// <para>
/// A free seat goes to the user with the fewest requests under way, and of that user's flows (a client by its User-Agent) to the one
/// with the fewest; those of one flow go in order. So whoever asks little never waits behind one who asks much, longer than one
/// request takes. No flow has all seats, even when nobody else asks: some stay free for whoever comes next.
/// </para>
/// <para>
/// While another flow asks too, each takes few seats in a beat, and few at once for what is not about one object: what is under way
/// shares processors and commits, so a seat is not all that one who has many takes from others, and who leaves a seat early takes the
/// next one.
/// </para>
/// <para>
/// A seat is work. A request that waits for one grain works for a millisecond, and else sits there because that grain's silo does
/// not answer: where others wait, its seat lapses, so that a frozen silo costs nobody who asks for what lives elsewhere.
/// </para>
/// <para>Kubernetes' priority and fairness does the same with queues chosen by chance. Safe for any thread.</para>
/// </remarks>
internal sealed class FairSeats : IDisposable
{
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(2);

    // Long for work on one object, short for whoever waits.
    private static readonly TimeSpan Lapse = TimeSpan.FromMilliseconds(250);

    // Requests that only wait still have memory.
    private const int LapsedForEach = 16;

    private readonly Lock gate = new();
    private readonly Dictionary<string, User> users = new(StringComparer.Ordinal);
    private readonly int seats;
    private readonly int mostAlone;
    private readonly int mostInCompany;
    private readonly int mostWaiting;
    private readonly TimeProvider time;
    private readonly long start;
    private readonly Company company;

    // Runs while somebody waits.
    private readonly ITimer beats;

    // Those that may lapse, who sat down first in front.
    private readonly LinkedList<Seat> idlers = new();
    private int executing;
    private int lapsed;
    private int waiting;

    /// <summary>Makes the seats.</summary>
    /// <param name="seats">Requests at once, at least 2.</param>
    /// <param name="mostInCompany">Requests of one flow in a beat, and of those that do not lapse also at once, while another flow asks too.</param>
    /// <param name="mostWaiting">Requests of one flow that may wait; more are refused.</param>
    /// <param name="time">The clock by which seats lapse.</param>
    public FairSeats(int seats, int mostInCompany, int mostWaiting, TimeProvider time)
    {
        this.seats = seats;
        this.mostInCompany = mostInCompany;
        this.mostWaiting = mostWaiting;
        this.time = time;
        start = time.GetTimestamp();
        beats = time.CreateTimer(static state => ((FairSeats)state!).OnBeat(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        mostAlone = Math.Max(seats * 3 / 4, 1);
        company = new Company(time);
    }

    /// <summary>Requests under way, also those whose seat has lapsed.</summary>
    public int Executing => Volatile.Read(ref executing) + Volatile.Read(ref lapsed);

    /// <summary>Requests that wait.</summary>
    public int Waiting => Volatile.Read(ref waiting);

    private long ThisBeat => time.GetElapsedTime(start).Ticks / Beat.Ticks;

    /// <summary>Takes a seat if one is free for this request now; else null.</summary>
    /// <param name="user">Who asks.</param>
    /// <param name="agent">With which client.</param>
    /// <param name="mayLapse">Whether the request is for one object.</param>
    public Seat? TryEnter(string user, string agent, bool mayLapse = false)
    {
        lock (gate)
        {
            var (who, flow) = Find_NeedsLock(user, agent);
            return IsFree_NeedsLock(flow, mayLapse) ? Take_NeedsLock(who, flow, mayLapse) : null;
        }
    }

    /// <summary>Takes a seat as soon as it is this request's turn; null if too many of its flow wait already.</summary>
    /// <param name="user">Who asks.</param>
    /// <param name="agent">With which client.</param>
    /// <param name="mayLapse">Whether the request is for one object.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="OperationCanceledException">It was cancelled while it waited.</exception>
    public ValueTask<Seat?> EnterAsync(string user, string agent, bool mayLapse, CancellationToken cancellationToken)
    {
        Waiter waiter;
        lock (gate)
        {
            var (who, flow) = Find_NeedsLock(user, agent);
            if (IsFree_NeedsLock(flow, mayLapse))
            {
                return new(Take_NeedsLock(who, flow, mayLapse));
            }

            if (flow.Waiting.Count >= mostWaiting)
            {
                return new((Seat?)null);
            }

            waiter = new Waiter(this, who, flow, mayLapse);
            waiter.Node = flow.Waiting.AddLast(waiter);
            who.Waiting++;
            if (waiting++ == 0)
            {
                beats.Change(Beat, Beat);
            }
        }

        return new(waiter.WaitAsync(cancellationToken));
    }

    /// <summary>A seat is free again.</summary>
    /// <param name="seat">It; each is left once.</param>
    public void Leave(Seat seat)
    {
        lock (gate)
        {
            if (seat.HasLapsed)
            {
                lapsed--;
                return;
            }

            if (seat.Node is { } node)
            {
                idlers.Remove(node);
            }
            else
            {
                seat.Flow.Working--;
            }

            Free_NeedsLock(seat);
        }
    }

    /// <summary>A request waits no longer; false if it has its seat already.</summary>
    /// <param name="waiter">It.</param>
    public bool GiveUp(Waiter waiter)
    {
        lock (gate)
        {
            if (waiter.Node is null)
            {
                return false;
            }

            Unqueue_NeedsLock(waiter);
            Forget_NeedsLock(waiter.User);
            return true;
        }
    }

    /// <summary>No seat lapses any more, and nobody who waits gets one but from who leaves.</summary>
    public void Dispose() => beats.Dispose();

    private (User User, Flow Flow) Find_NeedsLock(string user, string agent)
    {
        if (!users.TryGetValue(user, out var who))
        {
            users.Add(user, who = new User(user));
        }

        var flow = who.Of(agent);
        company.Ask(flow.Id);
        return (who, flow);
    }

    private bool IsFree_NeedsLock(Flow flow, bool mayLapse) => executing < seats && flow.Waiting.Count == 0 && MaySit_NeedsLock(flow, mayLapse);

    private bool MaySit_NeedsLock(Flow flow, bool mayLapse) => flow.Executing < mostAlone && (!company.Has(flow.Id) || MaySitInCompany_NeedsLock(flow, mayLapse));

    // Requests that wait for a silo that does not answer are slow, but no work: only their pace counts.
    private bool MaySitInCompany_NeedsLock(Flow flow, bool mayLapse) =>
        flow.Pace.TakenIn(ThisBeat) < mostInCompany && (mayLapse || flow.Working < mostInCompany);

    private Seat Take_NeedsLock(User user, Flow flow, bool mayLapse)
    {
        user.Executing++;
        flow.Executing++;
        flow.Pace.Take(ThisBeat);
        executing++;
        var seat = new Seat(this, user, flow, time.GetTimestamp());
        if (mayLapse)
        {
            seat.Node = idlers.AddLast(seat);
        }
        else
        {
            flow.Working++;
        }

        return seat;
    }

    private void OnBeat()
    {
        lock (gate)
        {
            while (waiting > 0 && lapsed < seats * LapsedForEach && idlers.First is { } first && time.GetElapsedTime(first.Value.Since) >= Lapse)
            {
                idlers.Remove(first);
                first.Value.HasLapsed = true;
                lapsed++;
                Free_NeedsLock(first.Value);
            }

            Fill_NeedsLock();
            if (waiting == 0)
            {
                beats.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            }
        }
    }

    private void Free_NeedsLock(Seat seat)
    {
        seat.User.Executing--;
        seat.Flow.Executing--;
        executing--;
        Fill_NeedsLock();
        Forget_NeedsLock(seat.User);
    }

    private void Fill_NeedsLock()
    {
        while (executing < seats && Next_NeedsLock() is { } next)
        {
            Unqueue_NeedsLock(next);
            next.SetResult(Take_NeedsLock(next.User, next.Flow, next.MayLapse));
        }
    }

    private Waiter? Next_NeedsLock()
    {
        if (waiting == 0)
        {
            return null;
        }

        User? least = null;
        Waiter? first = null;
        foreach (var user in users.Values)
        {
            if (user.Waiting > 0 && (least is null || user.Executing < least.Executing) && NextOf_NeedsLock(user) is { } found)
            {
                (least, first) = (user, found);
            }
        }

        return first;
    }

    private Waiter? NextOf_NeedsLock(User user)
    {
        Flow? least = null;
        foreach (var flow in user.Flows)
        {
            if (flow is { Waiting.Count: > 0 } && (least is null || flow.Executing < least.Executing) && MaySit_NeedsLock(flow, flow.Waiting.First!.Value.MayLapse))
            {
                least = flow;
            }
        }

        return least?.Waiting.First!.Value;
    }

    private void Unqueue_NeedsLock(Waiter waiter)
    {
        waiter.Flow.Waiting.Remove(waiter.Node!);
        waiter.Node = null;
        waiter.User.Waiting--;
        waiting--;
        Debug.Assert(waiting >= 0);
    }

    private void Forget_NeedsLock(User user)
    {
        if (user is { Executing: 0, Waiting: 0 })
        {
            users.Remove(user.Name);
        }
    }
}
