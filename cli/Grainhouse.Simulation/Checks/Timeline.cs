using Grainhouse.Simulation.Engine;

namespace Grainhouse.Simulation.Checks;

/// <summary>What happened lately, for people.</summary>
internal sealed class Timeline(EventLoop loop)
{
    private const int Kept = 400;

    private readonly DateTimeOffset begun = loop.Now;
    private readonly Queue<string> lines = new();

    /// <summary>The newest lines.</summary>
    public IReadOnlyCollection<string> Lines => lines;

    /// <summary>Notes something that happens now.</summary>
    public void Note(string what)
    {
        if (lines.Count == Kept)
        {
            lines.Dequeue();
        }

        lines.Enqueue($"{(loop.Now - begun).TotalSeconds,9:F3} s  {what}");
    }
}
