using System.Diagnostics;

namespace Grainhouse.Gateway.Fairness;

/// <summary>A bounded number of requests at once, shared fairly: who has the fewest under way is next.</summary>
/// <remarks>
/// <para>
/// A free seat goes to the user with the fewest requests under way, and of that user's flows (a client by its User-Agent) to the one
/// with the fewest; those of one flow go in order. So whoever asks little never waits behind one who asks much, longer than one
/// request takes. No flow has all seats, even when nobody else asks: some stay free for whoever comes next. While another flow asks
/// too, each has few: what is under way shares processors and commits, so a seat is not all that one who has many takes from others.
/// </para>
/// <para>
/// A seat is work. A request that waits for one grain works for a millisecond, and else sits there because that grain's silo does
/// not answer: where others wait, its seat lapses, so that a frozen silo costs nobody who asks for what lives elsewhere.
/// </para>
/// <para>Kubernetes' priority and fairness does the same with queues chosen by chance. Safe for any thread.</para>
/// </remarks>
internal sealed class FairSeats : IDisposable
{
    // Clients of one user are told apart by so many buckets: who changes the name in every request gets no more than that user's share.
    private const int FlowsPerUser = 16;

    // Long for work on one object, short for whoever waits.
    private static readonly TimeSpan Lapse = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(50);

    // Requests that only wait still have memory.
    private const int LapsedForEach = 16;

    private readonly Lock gate = new();
    private readonly Dictionary<string, User> users = new(StringComparer.Ordinal);
    private readonly int seats;
    private readonly int mostAlone;
    private readonly int mostInCompany;
    private readonly int mostWaiting;
    private readonly TimeProvider time;
    private readonly Company company;
    private readonly ITimer look;

    // Those that may lapse, who sat down first in front.
    private readonly LinkedList<Seat> idlers = new();
    private int executing;
    private int lapsed;
    private int waiting;

    /// <summary>Makes the seats.</summary>
    /// <param name="seats">Requests at once, at least 2.</param>
    /// <param name="mostWaiting">Requests of one flow that may wait; more are refused.</param>
    /// <param name="time">The clock by which seats lapse.</param>
    public FairSeats(int seats, int mostWaiting, TimeProvider time)
    {
        this.seats = seats;
        this.mostWaiting = mostWaiting;
        this.time = time;
        look = time.CreateTimer(static state => ((FairSeats)state!).TakeBack(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        mostAlone = Math.Max(seats * 3 / 4, 1);
        mostInCompany = Math.Max(seats / 8, 1);
        company = new Company(time);
    }

    /// <summary>Requests under way, also those whose seat has lapsed.</summary>
    public int Executing => Volatile.Read(ref executing) + Volatile.Read(ref lapsed);

    /// <summary>Requests that wait.</summary>
    public int Waiting => Volatile.Read(ref waiting);

    /// <summary>Takes a seat if one is free for this request now; else null.</summary>
    /// <param name="user">Who asks.</param>
    /// <param name="agent">With which client.</param>
    /// <param name="mayLapse">Whether the request is for one object.</param>
    public Seat? TryEnter(string user, string agent, bool mayLapse = false)
    {
        lock (gate)
        {
            var (who, flow) = Find_NeedsLock(user, agent);
            return IsFree_NeedsLock(flow) ? Take_NeedsLock(who, flow, mayLapse) : null;
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
            if (IsFree_NeedsLock(flow))
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
                look.Change(TimeSpan.Zero, LookEvery);
            }
        }

        return new(waiter.WaitAsync(cancellationToken));
    }

    /// <summary>No seat lapses any more.</summary>
    public void Dispose() => look.Dispose();

    private (User User, Flow Flow) Find_NeedsLock(string user, string agent)
    {
        if (!users.TryGetValue(user, out var who))
        {
            users.Add(user, who = new User(user));
        }

        var bucket = (uint)agent.GetHashCode() % FlowsPerUser;
        var flow = who.Flows[bucket] ??= new Flow(HashCode.Combine(user, bucket));
        company.Ask(flow.Id);
        return (who, flow);
    }

    private bool IsFree_NeedsLock(Flow flow) => executing < seats && MaySit_NeedsLock(flow) && flow.Waiting.Count == 0;

    private bool MaySit_NeedsLock(Flow flow) => flow.Executing < (company.Has(flow.Id) ? mostInCompany : mostAlone);

    private Seat Take_NeedsLock(User user, Flow flow, bool mayLapse)
    {
        user.Executing++;
        flow.Executing++;
        executing++;
        var seat = new Seat(this, user, flow, time.GetTimestamp());
        if (mayLapse)
        {
            seat.Node = idlers.AddLast(seat);
        }

        return seat;
    }

    private void Leave(Seat seat)
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

            Free_NeedsLock(seat);
        }
    }

    private void TakeBack()
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

            if (waiting == 0)
            {
                look.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            }
        }
    }

    private void Free_NeedsLock(Seat seat)
    {
        seat.User.Executing--;
        seat.Flow.Executing--;
        executing--;
        while (executing < seats && Next_NeedsLock() is { } next)
        {
            Unqueue_NeedsLock(next);
            next.SetResult(Take_NeedsLock(next.User, next.Flow, next.MayLapse));
        }

        Forget_NeedsLock(seat.User);
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
            if (flow is { Waiting.Count: > 0 } && (least is null || flow.Executing < least.Executing) && MaySit_NeedsLock(flow))
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

    // Returns false if it has its seat already.
    private bool GiveUp(Waiter waiter)
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

    private void Forget_NeedsLock(User user)
    {
        if (user is { Executing: 0, Waiting: 0 })
        {
            users.Remove(user.Name);
        }
    }

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

    internal sealed class User(string name)
    {
        public string Name { get; } = name;

        public int Executing { get; set; }

        public int Waiting { get; set; }

        public Flow?[] Flows { get; } = new Flow?[FlowsPerUser];
    }

    internal sealed class Flow(int id)
    {
        /// <summary>The same for the same client of the same user, also after it was forgotten.</summary>
        public int Id => id;

        public int Executing { get; set; }

        public LinkedList<Waiter> Waiting { get; } = new();
    }

    internal sealed class Waiter(FairSeats owner, User user, Flow flow, bool mayLapse) : TaskCompletionSource<Seat?>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public User User { get; } = user;

        public Flow Flow { get; } = flow;

        public bool MayLapse { get; } = mayLapse;

        public LinkedListNode<Waiter>? Node { get; set; }

        public async Task<Seat?> WaitAsync(CancellationToken cancellationToken)
        {
            await using var registration = cancellationToken.UnsafeRegister(
                static (state, token) =>
                {
                    var waiter = (Waiter)state!;
                    if (waiter.Owner.GiveUp(waiter))
                    {
                        waiter.SetCanceled(token);
                    }
                },
                this);
            return await Task;
        }

        private FairSeats Owner { get; } = owner;
    }
}
