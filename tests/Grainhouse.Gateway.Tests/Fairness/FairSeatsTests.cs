using Grainhouse.Gateway.Fairness;
using Microsoft.Extensions.Time.Testing;

namespace Grainhouse.Gateway.Tests.Fairness;

public sealed class FairSeatsTests
{
    private const string Agent = "client/1.0";
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Enter_AFlowAlone_HasMostSeatsButNotAll()
    {
        using var seats = new FairSeats(8, 1, 100, TimeProvider.System);

        var entered = Enumerable.Range(0, 8).Select(_ => Enter(seats, "greedy")).ToArray();

        Assert.Equal(6, entered.Count(task => task.IsCompleted));
        Assert.NotNull(await Enter(seats, "polite"));
        Assert.Equal((7, 2), (seats.Executing, seats.Waiting));
    }

    [Fact]
    public async Task Enter_WhileAnotherFlowAsks_HasFewSeats()
    {
        var time = new FakeTimeProvider();
        using var seats = new FairSeats(32, 4, 100, time);
        var alone = Enumerable.Range(0, 10).Select(_ => Enter(seats, "greedy")).ToArray();
        Assert.All(alone, task => Assert.True(task.IsCompleted));
        (await Enter(seats, "polite"))!.Dispose();

        var inCompany = Enumerable.Range(0, 10).Select(_ => Enter(seats, "greedy")).ToArray();
        foreach (var seat in alone)
        {
            (await seat)!.Dispose();
        }

        Assert.DoesNotContain(inCompany, task => task.IsCompleted);
        time.Advance(TimeSpan.FromMilliseconds(2));
        Assert.Equal((4, 6), (seats.Executing, seats.Waiting));
        time.Advance(TimeSpan.FromSeconds(2));
        await Task.WhenAll(inCompany).WaitAsync(Bound);
    }

    [Fact]
    public async Task Enter_InCompanyForOneObject_OnlyItsPaceIsBound()
    {
        var time = new FakeTimeProvider();
        using var seats = new FairSeats(32, 4, 100, time);
        (await Enter(seats, "polite"))!.Dispose();
        var hung = Enumerable.Range(0, 30).Select(_ => seats.EnterAsync("admin", Agent, true, default).AsTask()).ToArray();
        Assert.Equal(4, hung.Count(task => task.IsCompleted));

        for (var beat = 0; beat < 10; beat++)
        {
            time.Advance(TimeSpan.FromMilliseconds(2));
        }

        Assert.Equal((24, 6), (seats.Executing, seats.Waiting));
    }

    [Fact]
    public async Task Leave_InCompany_TheFlowsNextWaitForTheBeat()
    {
        var time = new FakeTimeProvider();
        using var seats = new FairSeats(32, 4, 100, time);
        (await Enter(seats, "polite"))!.Dispose();
        var greedy = Enumerable.Range(0, 8).Select(_ => Enter(seats, "greedy")).ToArray();

        foreach (var seat in greedy.Where(task => task.IsCompleted).ToArray())
        {
            (await seat)!.Dispose();
        }

        Assert.Equal((0, 4), (seats.Executing, seats.Waiting));
        Assert.True(Enter(seats, "polite").IsCompleted);
        time.Advance(TimeSpan.FromMilliseconds(2));
        await Task.WhenAll(greedy).WaitAsync(Bound);
    }

    [Fact]
    public async Task Enter_ManyClientsOfOneUser_EachHasItsOwnFlow()
    {
        using var seats = new FairSeats(64, 1, 100, new FakeTimeProvider());

        var clients = Enumerable.Range(0, 16).Select(client => seats.EnterAsync("admin", $"client/{client}", false, default).AsTask()).ToArray();

        Assert.All(clients, client => Assert.True(client.IsCompleted));
        Assert.False(seats.EnterAsync("admin", "client/17", false, default).AsTask().IsCompleted);
        (await clients[3])!.Dispose();
        Assert.True(seats.EnterAsync("admin", "client/18", false, default).AsTask().IsCompleted);
    }

    [Fact]
    public async Task Enter_AFlowThatLeftAndCameBack_IsNoCompanyOfItsOwn()
    {
        using var seats = new FairSeats(8, 1, 100, new FakeTimeProvider());
        (await Enter(seats, "alone"))!.Dispose();

        var entered = Enumerable.Range(0, 8).Select(_ => Enter(seats, "alone")).ToArray();

        Assert.Equal(6, entered.Count(task => task.IsCompleted));
    }

    [Fact]
    public async Task Leave_ManyOfOneWait_TheOneOfAnotherIsNext()
    {
        var time = new FakeTimeProvider();
        using var seats = new FairSeats(4, 1, 100, time);
        var held = Enumerable.Range(0, 3).Select(_ => seats.TryEnter("greedy", Agent)!).ToArray();
        var other = seats.TryEnter("other", Agent)!;
        var greedy = Enumerable.Range(0, 50).Select(_ => Enter(seats, "greedy")).ToArray();
        var polite = Enter(seats, "polite");

        held[0].Dispose();

        await polite.WaitAsync(Bound);
        Assert.Equal(greedy.Length, seats.Waiting);
        time.Advance(TimeSpan.FromSeconds(2));
        other.Dispose();
        await Task.WhenAny(greedy).WaitAsync(Bound);
        Assert.Equal(greedy.Length - 1, seats.Waiting);
    }

    [Fact]
    public async Task Leave_FlowsOfOneUser_ShareThatUsersSeats()
    {
        using var seats = new FairSeats(2, 1, 100, TimeProvider.System);
        var held = seats.TryEnter("admin", "loop/1")!;
        var other = seats.TryEnter("other", Agent)!;
        var loop = Enumerable.Range(0, 9).Select(_ => seats.EnterAsync("admin", "loop/1", false, default).AsTask()).ToArray();

        var kubectl = Enumerable.Range(0, 8).Select(number => seats.EnterAsync("admin", $"kubectl/{number}", false, default).AsTask()).ToArray();
        held.Dispose();
        other.Dispose();

        // One seat for each flow at most: of the two that are free the loop has one, if any.
        await Task.WhenAny(kubectl).WaitAsync(Bound);
        Assert.Equal(loop.Length + kubectl.Length - 2, seats.Waiting);
    }

    [Fact]
    public async Task Enter_TooManyOfAFlowWait_Null()
    {
        using var seats = new FairSeats(2, 1, 3, TimeProvider.System);
        var all = Enumerable.Range(0, 4).Select(_ => Enter(seats, "greedy")).ToArray();

        Assert.Null(await Enter(seats, "greedy"));
        Assert.NotNull(await Enter(seats, "polite"));
        Assert.Equal(3, all.Count(task => !task.IsCompleted));
    }

    [Fact]
    public async Task Cancel_WhileItWaits_LeavesTheQueue()
    {
        using var seats = new FairSeats(2, 1, 3, TimeProvider.System);
        var held = seats.TryEnter("greedy", Agent)!;
        using var stop = new CancellationTokenSource();
        var waiting = seats.EnterAsync("greedy", Agent, false, stop.Token).AsTask();

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.Equal(0, seats.Waiting);
        held.Dispose();
        held.Dispose();
        Assert.Equal(0, seats.Executing);
    }

    [Fact]
    public async Task Wait_BehindThoseThatWaitForOneObject_IsShort()
    {
        var time = new FakeTimeProvider();
        using var seats = new FairSeats(4, 1, 100, time);
        var hung = Enumerable.Range(0, 3).Select(_ => seats.TryEnter("admin", Agent, mayLapse: true)!).ToArray();
        var waiting = Enumerable.Range(0, 3).Select(_ => seats.EnterAsync("admin", Agent, true, default).AsTask()).ToArray();
        time.Advance(TimeSpan.FromMilliseconds(200));
        Assert.DoesNotContain(waiting, task => task.IsCompleted);

        time.Advance(TimeSpan.FromMilliseconds(100));

        var entered = await Task.WhenAll(waiting).WaitAsync(Bound);
        Assert.Equal((6, 0), (seats.Executing, seats.Waiting));
        Array.ForEach(hung, seat => seat.Dispose());
        Array.ForEach(entered, seat => seat!.Dispose());
        Assert.Equal(0, seats.Executing);
    }

    [Fact]
    public async Task Wait_BehindThoseThatWork_IsForTheirEnd()
    {
        var time = new FakeTimeProvider();
        using var seats = new FairSeats(4, 1, 100, time);
        var working = Enumerable.Range(0, 3).Select(_ => seats.TryEnter("admin", Agent)!).ToArray();
        var waiting = Enter(seats, "admin");

        time.Advance(TimeSpan.FromSeconds(5));

        Assert.False(waiting.IsCompleted);
        working[0].Dispose();
        Assert.NotNull(await waiting.WaitAsync(Bound));
    }

    [Fact]
    public void Wait_BehindHundredsThatOnlyWait_HasItsBound()
    {
        var time = new FakeTimeProvider();
        using var seats = new FairSeats(2, 1, 1_000, time);
        var all = Enumerable.Range(0, 100).Select(_ => seats.EnterAsync("admin", Agent, true, default).AsTask()).ToArray();
        Assert.Equal(99, all.Count(task => !task.IsCompleted));

        for (var step = 0; step < 500; step++)
        {
            time.Advance(TimeSpan.FromMilliseconds(50));
        }

        Assert.Equal((33, 67), (seats.Executing, seats.Waiting));
    }

    [Fact]
    public async Task RandomUse_NeverTooMany_AllSeatsBack()
    {
        using var seats = new FairSeats(8, 1, 1_000, TimeProvider.System);
        var most = 0;
        await Task.WhenAll(Enumerable.Range(0, 32).Select(client => Task.Run(async () =>
        {
            var random = new Random(client);
            for (var request = 0; request < 500; request++)
            {
                using var impatience = new CancellationTokenSource(random.Next(20) == 0 ? TimeSpan.FromMilliseconds(1) : Timeout.InfiniteTimeSpan);
                try
                {
                    using var seat = await seats.EnterAsync($"user-{client % 5}", $"agent-{client}", false, impatience.Token);
                    Assert.NotNull(seat);
                    Interlocked.Exchange(ref most, Math.Max(most, seats.Executing));
                    await Task.Yield();
                }
                catch (OperationCanceledException)
                {
                }
            }
        })));

        Assert.InRange(most, 1, 8);
        Assert.Equal((0, 0), (seats.Executing, seats.Waiting));
    }

    private static Task<Seat?> Enter(FairSeats seats, string user) => seats.EnterAsync(user, Agent, false, default).AsTask();
}
