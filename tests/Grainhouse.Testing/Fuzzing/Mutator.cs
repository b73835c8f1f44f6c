using System.Buffers.Binary;

namespace Grainhouse.Testing.Fuzzing;

/// <summary>Makes inputs from inputs: flips, cuts, repeats, splices, and words of the target's language.</summary>
public sealed class Mutator(Random random, IReadOnlyList<byte[]> words)
{
    private const int MostBytes = 64 * 1024;
    private const int MostRepeats = 2000;

    private static readonly byte[] Bytes = [0, 1, 0x7F, 0x80, 0xFF, (byte)'0', (byte)'9', (byte)'"', (byte)'\\', (byte)'/', (byte)'\n', (byte)' ', 0xC3, 0xED];
    private static readonly long[] Numbers = [0, 1, -1, 127, 128, 255, 256, 32767, 65535, int.MaxValue, int.MinValue, uint.MaxValue, long.MaxValue, long.MinValue];

    /// <summary>One to eight changes to <paramref name="input"/>, some with parts of <paramref name="other"/>.</summary>
    public byte[] Mutate(byte[] input, byte[] other)
    {
        var bytes = new List<byte>(input);
        for (var changes = 1 << random.Next(4); changes > 0; changes--)
        {
            Change(bytes, other);
        }

        return bytes.Count > MostBytes ? [.. bytes.Take(MostBytes)] : [.. bytes];
    }

    private void Change(List<byte> bytes, byte[] other)
    {
        var at = random.Next(bytes.Count + 1);
        var length = Math.Min(bytes.Count - at, Length());
        switch (random.Next(11))
        {
            case 0 when at < bytes.Count:
                bytes[at] ^= (byte)(1 << random.Next(8));
                break;
            case 1 when at < bytes.Count:
                bytes[at] = Bytes[random.Next(Bytes.Length)];
                break;
            case 2:
                bytes.RemoveRange(at, length);
                break;
            case 3:
                bytes.RemoveRange(at, bytes.Count - at);
                break;
            case 4:
                bytes.InsertRange(random.Next(bytes.Count + 1), bytes.GetRange(at, length));
                break;
            case 5:
                Repeat(bytes, at, Math.Min(length, 8));
                break;
            case 6 when other.Length > 0:
                var from = random.Next(other.Length);
                bytes.InsertRange(at, other[from..Math.Min(other.Length, from + Length())]);
                break;
            case 7:
                WriteNumber(bytes, at);
                break;
            case 8:
                var noise = new byte[random.Next(1, 16)];
                random.NextBytes(noise);
                bytes.InsertRange(at, noise);
                break;
            case > 8 when words.Count > 0:
                var word = words[random.Next(words.Count)];
                bytes.RemoveRange(at, random.Next(2) == 0 ? Math.Min(word.Length, bytes.Count - at) : 0);
                bytes.InsertRange(at, word);
                break;
        }
    }

    // Short pieces are changed more often than long ones.
    private int Length() => random.Next(1, 1 + (1 << random.Next(1, 10)));

    private void Repeat(List<byte> bytes, int at, int length)
    {
        var piece = bytes.GetRange(at, length);
        for (var times = random.Next(1, MostRepeats); times > 0 && bytes.Count < MostBytes; times--)
        {
            bytes.InsertRange(at, piece);
        }
    }

    private void WriteNumber(List<byte> bytes, int at)
    {
        var number = Numbers[random.Next(Numbers.Length)];
        Span<byte> wire = stackalloc byte[8];
        if (random.Next(2) == 0)
        {
            BinaryPrimitives.WriteInt64BigEndian(wire, number);
            wire = wire[(8 - (1 << random.Next(4)))..];
        }
        else
        {
            BinaryPrimitives.WriteInt64LittleEndian(wire, number);
            wire = wire[..(1 << random.Next(4))];
        }

        for (var i = 0; i < wire.Length && at + i < bytes.Count; i++)
        {
            bytes[at + i] = wire[i];
        }
    }
}
