namespace Grainhouse.Grains;

/// <summary>Where uids and generated names come from: chance in a silo, a seed in the simulator.</summary>
internal class Chance
{
    /// <summary>A uid that no object has had.</summary>
    public virtual Guid NewUid() => Guid.NewGuid();

    /// <summary>Choices for one activation.</summary>
    public virtual Random NewRandom() => new();
}
