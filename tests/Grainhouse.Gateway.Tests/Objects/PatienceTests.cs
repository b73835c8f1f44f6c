using Grainhouse.Gateway.Objects;
using Microsoft.Extensions.Time.Testing;
using Orleans.Runtime;

namespace Grainhouse.Gateway.Tests.Objects;

public sealed class PatienceTests
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(2);

    private readonly FakeTimeProvider time = new();
    private readonly List<TaskCompletionSource<int>> questions = [];

    [Fact]
    public async Task Read_ThatIsLost_IsAskedOnceMoreAndAnswered()
    {
        var reading = Patience().ReadAsync(this, Ask(), static grain => grain.Ask());

        time.Advance(TimeSpan.FromMilliseconds(599));
        Assert.Single(questions);
        time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(2, questions.Count);
        questions[1].SetResult(7);

        Assert.Equal(7, await reading);
    }

    [Fact]
    public async Task Read_ThatIsSlow_TakesTheFirstAnswer()
    {
        var reading = Patience().ReadAsync(this, Ask(), static grain => grain.Ask());

        time.Advance(TimeSpan.FromSeconds(1));
        questions[0].SetResult(3);

        Assert.Equal(3, await reading);
    }

    [Fact]
    public async Task Read_WhoseSecondQuestionIsAnsweredWhenTheFirstFails_HasIt()
    {
        var reading = Patience().ReadAsync(this, Ask(), static grain => grain.Ask());

        time.Advance(TimeSpan.FromSeconds(1));
        questions[0].SetException(new SiloUnavailableException());
        questions[1].SetResult(5);

        Assert.Equal(5, await reading);
    }

    [Fact]
    public async Task Read_ThatNobodyAnswers_EndsInTime()
    {
        var reading = Patience().ReadAsync(this, Ask(), static grain => grain.Ask());

        time.Advance(TimeSpan.FromMilliseconds(600));
        time.Advance(Bound);

        await Assert.ThrowsAsync<TimeoutException>(() => reading);
        Assert.Equal(2, questions.Count);
    }

    [Fact]
    public async Task Write_ThatIsLost_IsNotRepeated()
    {
        var writing = Patience().WriteAsync(this, static grain => grain.Ask());

        time.Advance(Bound);

        await Assert.ThrowsAsync<TimeoutException>(() => writing);
        Assert.Single(questions);
    }

    [Fact]
    public async Task Write_WhoseSiloDied_MayHaveBeenDone()
    {
        var writing = Patience().WriteAsync(this, static grain => grain.Ask());

        questions[0].SetException(new SiloUnavailableException());

        await Assert.ThrowsAsync<TimeoutException>(() => writing);
        Assert.Single(questions);
    }

    private Patience Patience() => new(Bound, time);

    private Task<int> Ask()
    {
        questions.Add(new());
        return questions[^1].Task;
    }
}
