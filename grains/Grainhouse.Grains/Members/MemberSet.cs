using System.Collections.Immutable;

namespace Grainhouse.Grains.Members;

/// <summary>The silos that were active at a time, and what falls to this one of the work that any of them could do.</summary>
/// <param name="Self">This silo.</param>
/// <param name="Silos">All active ones, this one among them, in one order on all silos.</param>
/// <param name="Gateways">Where their gateways listen, in the order of the silos.</param>
internal sealed record MemberSet(SiloAddress Self, ImmutableArray<SiloAddress> Silos, ImmutableArray<Uri> Gateways)
{
    /// <summary>Whether there is no other silo, so that everything falls to this one.</summary>
    public bool IsAlone => Silos.Length == 1;

    /// <summary>Whether this silo looks after a grain: wakes it, when something has changed for it.</summary>
    /// <remarks>
    /// By the highest of one hash per silo (rendezvous hashing), so that a silo that leaves takes nobody's targets along but its
    /// own. For a moment two silos may own a target, or none: whoever learns of a change looks at everything it owns then.
    /// </remarks>
    public bool Owns(GrainId target)
    {
        if (IsAlone)
        {
            return true;
        }

        var hash = target.GetUniformHashCode();
        var (best, owner) = (0UL, Self);
        foreach (var silo in Silos)
        {
            var weight = Mix(((ulong)hash << 32) | (uint)silo.GetConsistentHashCode());
            if (weight >= best)
            {
                (best, owner) = (weight, silo);
            }
        }

        return owner.Equals(Self);
    }

    /// <summary>Whether the active silos are the same.</summary>
    public bool HasSameSilos(MemberSet other) => Silos.AsSpan().SequenceEqual(other.Silos.AsSpan());

    // The finalizer of SplitMix64: every bit of the input changes every bit of the weight.
    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
        value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
        return value ^ (value >> 31);
    }
}
