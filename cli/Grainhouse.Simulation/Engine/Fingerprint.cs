using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace Grainhouse.Simulation.Engine;

/// <summary>A hash of all that happened in a run, in its order: two runs with one fingerprint are the same run.</summary>
/// <remarks>It depends on nothing but what is added: not on the process, the machine or its cores.</remarks>
internal sealed class Fingerprint
{
    /// <summary>The hash so far.</summary>
    public ulong Value { get; private set; } = 0xcbf29ce484222325;

    /// <summary>The hash of a name.</summary>
    public static ulong Of(string name) => XxHash64.HashToUInt64(MemoryMarshal.AsBytes(name.AsSpan()));

    /// <summary>Adds a number.</summary>
    public void Add(ulong value)
    {
        // The finalizer of SplitMix64: every bit of what was added before changes every bit of what comes after.
        var mixed = (Value ^ value) * 0xbf58476d1ce4e5b9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
        Value = mixed ^ (mixed >> 31);
    }

    /// <summary>Adds bytes.</summary>
    public void Add(ReadOnlySpan<byte> bytes) => Add(XxHash64.HashToUInt64(bytes));
}
