using System.Diagnostics.CodeAnalysis;

namespace Grainhouse.Planning.Scheduling;

/// <summary>Values by fingerprint, found without a copy of it.</summary>
internal sealed class FingerprintMap<T>
    where T : class
{
    private readonly Dictionary<byte[], T> values;
    private readonly Dictionary<byte[], T>.AlternateLookup<ReadOnlySpan<byte>> bySpan;

    public FingerprintMap()
    {
        values = new Dictionary<byte[], T>(FingerprintComparer.Instance);
        bySpan = values.GetAlternateLookup<ReadOnlySpan<byte>>();
    }

    public int Count => values.Count;

    public bool TryGet(ReadOnlySpan<byte> fingerprint, [NotNullWhen(true)] out T? value) => bySpan.TryGetValue(fingerprint, out value);

    public void Add(byte[] fingerprint, T value) => values.Add(fingerprint, value);

    public void Remove(byte[] fingerprint) => values.Remove(fingerprint);

    public void Clear() => values.Clear();
}

/// <summary>Compares fingerprints by content.</summary>
internal sealed class FingerprintComparer : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
{
    public static FingerprintComparer Instance { get; } = new();

    public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

    public int GetHashCode(byte[] obj) => GetHashCode(obj.AsSpan());

    public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

    public int GetHashCode(ReadOnlySpan<byte> alternate)
    {
        var hash = default(HashCode);
        hash.AddBytes(alternate);
        return hash.ToHashCode();
    }

    public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();
}
