using Grainhouse.Planning.Nodes;

namespace Grainhouse.Planning.Tests.Nodes;

public sealed class SilenceClockTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private SilenceClock silence = SilenceClock.Start(Start, Second);

    [Fact]
    public void Silence_UnderRegularLooks_Grows()
    {
        Look(1, 2, 3.5, 5);

        Assert.Equal(Start, silence.HeardAt);
    }

    [Fact]
    public void Silence_WhileTheSiloWasFrozen_IsNotTheAgents()
    {
        Look(1, 2);

        Look(62, 63);

        Assert.Equal(At(59), silence.HeardAt);
    }

    [Fact]
    public void Heard_JustBeforeALateLook_IsNotInTheFuture()
    {
        silence = silence.Heard(At(60));

        Look(60);

        Assert.Equal(At(60), silence.HeardAt);
    }

    private static DateTimeOffset At(double seconds) => Start + TimeSpan.FromSeconds(seconds);

    private void Look(params double[] seconds)
    {
        foreach (var second in seconds)
        {
            silence = silence.Looked(At(second));
        }
    }
}
