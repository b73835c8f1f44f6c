using Grainhouse.Grains;

namespace Grainhouse.Simulation.Actors;

/// <summary>Uids and names that a seed gives.</summary>
internal sealed class SeededChance(int seed) : Chance
{
    private readonly Random random = new(seed);

    public override Guid NewUid()
    {
        Span<byte> bytes = stackalloc byte[16];
        random.NextBytes(bytes);
        return new Guid(bytes);
    }

    public override Random NewRandom() => new(random.Next());
}
