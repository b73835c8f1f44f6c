using Grainhouse.Gateway.Fairness;

namespace Grainhouse.Gateway.Tests.Fairness;

public sealed class FairSeatsTests
{
    private const string Agent = "client/1.0";
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Enter_AFlowAlone_HasMostSeatsButNotAll()
    {
        var seats = new FairSeats(8, 100);

        var entered = Enumerable.Range(0, 8).Select(_ => Enter(seats, "greedy")).ToArray();

        Assert.Equal(6, entered.Count(task => task.IsCompleted));
        Assert.NotNull(await Enter(seats, "polite"));
        Assert.Equal((7, 2), (seats.Executing, seats.Waiting));
    }

    [Fact]
    public async Task Leave_ManyOfOneWait_TheOneOfAnotherIsNext()
    {
        var seats = new FairSeats(4, 100);
        var held = Enumerable.Range(0, 3).Select(_ => seats.TryEnter("greedy", Agent)!).ToArray();
        var other = seats.TryEnter("other", Agent)!;
        var greedy = Enumerable.Range(0, 50).Select(_ => Enter(seats, "greedy")).ToArray();
        var polite = Enter(seats, "polite");

        held[0].Dispose();

        await polite.WaitAsync(Bound);
        Assert.Equal(greedy.Length, seats.Waiting);
        other.Dispose();
        await Task.WhenAny(greedy).WaitAsync(Bound);
        Assert.Equal(greedy.Length - 1, seats.Waiting);
    }

    [Fact]
    public async Task Leave_FlowsOfOneUser_ShareThatUsersSeats()
    {
        var seats = new FairSeats(2, 100);
        var held = seats.TryEnter("admin", "loop/1")!;
        var other = seats.TryEnter("other", Agent)!;
        var loop = Enumerable.Range(0, 9).Select(_ => seats.EnterAsync("admin", "loop/1", default).AsTask()).ToArray();

        // Names that lie in the same bucket share their turn; of eight at most one may.
        var kubectl = Enumerable.Range(0, 8).Select(number => seats.EnterAsync("admin", $"kubectl/{number}", default).AsTask()).ToArray();
        held.Dispose();
        other.Dispose();

        // One seat for each flow at most: of the two that are free the loop has one, if any.
        await Task.WhenAny(kubectl).WaitAsync(Bound);
        Assert.Equal(loop.Length + kubectl.Length - 2, seats.Waiting);
    }

    [Fact]
    public async Task Enter_TooManyOfAFlowWait_Null()
    {
        var seats = new FairSeats(2, 3);
        var all = Enumerable.Range(0, 4).Select(_ => Enter(seats, "greedy")).ToArray();

        Assert.Null(await Enter(seats, "greedy"));
        Assert.NotNull(await Enter(seats, "polite"));
        Assert.Equal(3, all.Count(task => !task.IsCompleted));
    }

    [Fact]
    public async Task Cancel_WhileItWaits_LeavesTheQueue()
    {
        var seats = new FairSeats(2, 3);
        var held = seats.TryEnter("greedy", Agent)!;
        using var stop = new CancellationTokenSource();
        var waiting = seats.EnterAsync("greedy", Agent, stop.Token).AsTask();

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.Equal(0, seats.Waiting);
        held.Dispose();
        held.Dispose();
        Assert.Equal(0, seats.Executing);
    }

    [Fact]
    public async Task RandomUse_NeverTooMany_AllSeatsBack()
    {
        var seats = new FairSeats(8, 1_000);
        var most = 0;
        await Task.WhenAll(Enumerable.Range(0, 32).Select(client => Task.Run(async () =>
        {
            var random = new Random(client);
            for (var request = 0; request < 500; request++)
            {
                using var impatience = new CancellationTokenSource(random.Next(20) == 0 ? TimeSpan.FromMilliseconds(1) : Timeout.InfiniteTimeSpan);
                try
                {
                    using var seat = await seats.EnterAsync($"user-{client % 5}", $"agent-{client}", impatience.Token);
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

    private static Task<FairSeats.Seat?> Enter(FairSeats seats, string user) => seats.EnterAsync(user, Agent, default).AsTask();
}
