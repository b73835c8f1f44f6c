using System.Diagnostics;

namespace Grainhouse.Gateway.Fairness;

/// <summary>A bounded number of requests at once, shared fairly: who has the fewest under way is next.</summary>
/// <remarks>
/// <para>
/// A free seat goes to the user with the fewest requests under way, and of that user's flows (a client by its User-Agent) to the one
/// with the fewest; those of one flow go in order. So whoever asks little never waits behind one who asks much, longer than one
/// request takes. No flow has all seats, even when nobody else asks: some stay free for whoever comes next.
/// </para>
/// <para>Kubernetes' priority and fairness does the same with queues chosen by chance. Safe for any thread.</para>
/// </remarks>
internal sealed class FairSeats
{
    // Clients of one user are told apart by so many buckets: who changes the name in every request gets no more than that user's share.
    private const int FlowsPerUser = 16;

    private readonly Lock gate = new();
    private readonly Dictionary<string, User> users = new(StringComparer.Ordinal);
    private readonly int seats;
    private readonly int mostOfOne;
    private readonly int mostWaiting;
    private int executing;
    private int waiting;

    /// <summary>Makes the seats.</summary>
    /// <param name="seats">Requests at once, at least 2.</param>
    /// <param name="mostWaiting">Requests of one flow that may wait; more are refused.</param>
    public FairSeats(int seats, int mostWaiting)
    {
        this.seats = seats;
        this.mostWaiting = mostWaiting;
        mostOfOne = Math.Max(seats * 3 / 4, 1);
    }

    /// <summary>Requests under way.</summary>
    public int Executing => Volatile.Read(ref executing);

    /// <summary>Requests that wait.</summary>
    public int Waiting => Volatile.Read(ref waiting);

    /// <summary>Takes a seat if one is free for this request now; else null.</summary>
    public Seat? TryEnter(string user, string agent)
    {
        lock (gate)
        {
            var (who, flow) = Find_NeedsLock(user, agent);
            return IsFree_NeedsLock(flow) ? Take_NeedsLock(who, flow) : null;
        }
    }

    /// <summary>Takes a seat as soon as it is this request's turn; null if too many of its flow wait already.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled while it waited.</exception>
    public ValueTask<Seat?> EnterAsync(string user, string agent, CancellationToken cancellationToken)
    {
        Waiter waiter;
        lock (gate)
        {
            var (who, flow) = Find_NeedsLock(user, agent);
            if (IsFree_NeedsLock(flow))
            {
                return new(Take_NeedsLock(who, flow));
            }

            if (flow.Waiting.Count >= mostWaiting)
            {
                return new((Seat?)null);
            }

            waiter = new Waiter(this, who, flow);
            waiter.Node = flow.Waiting.AddLast(waiter);
            who.Waiting++;
            waiting++;
        }

        return new(waiter.WaitAsync(cancellationToken));
    }

    private (User User, Flow Flow) Find_NeedsLock(string user, string agent)
    {
        if (!users.TryGetValue(user, out var who))
        {
            users.Add(user, who = new User(user));
        }

        return (who, who.Flows[(uint)agent.GetHashCode() % FlowsPerUser] ??= new Flow());
    }

    private bool IsFree_NeedsLock(Flow flow) => executing < seats && flow.Executing < mostOfOne && flow.Waiting.Count == 0;

    private Seat Take_NeedsLock(User user, Flow flow)
    {
        user.Executing++;
        flow.Executing++;
        executing++;
        return new Seat(this, user, flow);
    }

    private void Leave(User user, Flow flow)
    {
        lock (gate)
        {
            user.Executing--;
            flow.Executing--;
            executing--;
            while (executing < seats && Next_NeedsLock() is { } next)
            {
                Unqueue_NeedsLock(next);
                next.SetResult(Take_NeedsLock(next.User, next.Flow));
            }

            Forget_NeedsLock(user);
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
            if (user.Waiting > 0 && (least is null || user.Executing < least.Executing) && user.Next(mostOfOne) is { } found)
            {
                (least, first) = (user, found);
            }
        }

        return first;
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
    internal sealed class Seat(FairSeats owner, User user, Flow flow) : IDisposable
    {
        private int left;

        /// <summary>Leaves the seat to the next.</summary>
        public void Dispose()
        {
            if (Interlocked.Exchange(ref left, 1) == 0)
            {
                owner.Leave(user, flow);
            }
        }
    }

    internal sealed class User(string name)
    {
        public string Name { get; } = name;

        public int Executing { get; set; }

        public int Waiting { get; set; }

        public Flow?[] Flows { get; } = new Flow?[FlowsPerUser];

        public Waiter? Next(int mostOfOne)
        {
            Flow? least = null;
            foreach (var flow in Flows)
            {
                if (flow is { Waiting.Count: > 0 } && flow.Executing < mostOfOne && (least is null || flow.Executing < least.Executing))
                {
                    least = flow;
                }
            }

            return least?.Waiting.First!.Value;
        }
    }

    internal sealed class Flow
    {
        public int Executing { get; set; }

        public LinkedList<Waiter> Waiting { get; } = new();
    }

    internal sealed class Waiter(FairSeats owner, User user, Flow flow) : TaskCompletionSource<Seat?>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public User User { get; } = user;

        public Flow Flow { get; } = flow;

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
