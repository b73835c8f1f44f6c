using System.Text;

namespace Grainhouse.Planning.Documents;

/// <summary>FNV-1a, 32 bits: what upstream hashes templates and ports with. Stable over processes and versions.</summary>
public struct Fnv()
{
    private uint state = 2166136261;

    /// <summary>The hash of all that was added.</summary>
    public readonly uint Value => state;

    /// <summary>Adds bytes.</summary>
    public void Add(ReadOnlySpan<byte> bytes)
    {
        foreach (var one in bytes)
        {
            state = (state ^ one) * 16777619;
        }
    }

    /// <summary>Adds text and an end mark, so that neighbouring texts do not run together.</summary>
    public void Add(string text)
    {
        Add(Encoding.UTF8.GetBytes(text));
        Add([0xff]);
    }

    /// <summary>Adds a number.</summary>
    public void Add(int number) => Add(BitConverter.GetBytes(number));
}
