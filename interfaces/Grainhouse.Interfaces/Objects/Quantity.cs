using System.Buffers;
using System.Globalization;

namespace Grainhouse.Interfaces.Objects;

/// <summary>An amount of a resource, as in <c>500m</c>, <c>2Gi</c> or <c>1e3</c>: exact, comparable, and written as Kubernetes writes it.</summary>
/// <remarks>Precision ends at 10^-9, where upstream's does; smaller parts are rounded up.</remarks>
public readonly struct Quantity : IEquatable<Quantity>, IComparable<Quantity>
{
    /// <summary>Upstream's words for text that is no quantity at all.</summary>
    public const string FormatWords = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";

    /// <summary>Upstream's words for an unknown unit.</summary>
    public const string SuffixWords = "unable to parse quantity's suffix";

    private const decimal Smallest = 0.000000001m;
    private const decimal Largest = long.MaxValue;

    private static readonly SearchValues<char> SuffixCharacters = SearchValues.Create("eEinumkKMGTP0123456789+-");

    private readonly decimal amount;
    private readonly QuantityFormat format;

    /// <summary>Makes a quantity of an exact amount.</summary>
    public Quantity(decimal amount, QuantityFormat format = QuantityFormat.DecimalSI)
    {
        this.amount = amount;
        this.format = format;
    }

    /// <summary>Nothing.</summary>
    public static Quantity Zero => default;

    /// <summary>The exact amount, in units (cores, bytes, pieces).</summary>
    public decimal Amount => amount;

    /// <summary>How the quantity is written.</summary>
    public QuantityFormat Format => format;

    /// <summary>In whole units, rounded up; what memory, pods and the like count in.</summary>
    public long Value => Ceiling(amount);

    /// <summary>In thousandths, rounded up; what CPU counts in. Ends at <see cref="long.MaxValue"/>.</summary>
    public long MilliValue => amount > Largest / 1000 ? long.MaxValue : Ceiling(amount * 1000);

    /// <summary>-1, 0 or 1.</summary>
    public int Sign => Math.Sign(amount);

    /// <summary>A quantity of thousandths, written as in <c>250m</c>.</summary>
    public static Quantity FromMilli(long thousandths) => new(thousandths / 1000m);

    /// <summary>A quantity of bytes, written as in <c>64Mi</c>.</summary>
    public static Quantity FromBytes(long bytes) => new(bytes, QuantityFormat.BinarySI);

    /// <summary>Parses text that has been validated.</summary>
    /// <exception cref="FormatException">The text is no quantity.</exception>
    public static Quantity Parse(ReadOnlySpan<char> text) =>
        TryParse(text, out var quantity) ? quantity : throw new FormatException($"'{text}' is not a quantity: {FormatWords}.");

    /// <summary>Parses text; false if it is no quantity (<see cref="WhyNot"/> says why).</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out Quantity quantity)
    {
        quantity = default;
        var digits = NumberLength(text);
        if (digits == 0 || !QuantitySuffix.TryParse(text[digits..], out var multiplier, out var format))
        {
            return false;
        }

        if (!decimal.TryParse(text[..digits], NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
        {
            return false;
        }

        quantity = new Quantity(Scale(number, multiplier), format);
        return true;
    }

    /// <summary>Upstream's words for what is wrong with text; null if it is a quantity.</summary>
    public static string? WhyNot(ReadOnlySpan<char> text)
    {
        if (TryParse(text, out _))
        {
            return null;
        }

        var digits = NumberLength(text);
        return digits > 0 && digits < text.Length && text[digits..].IndexOfAnyExcept(SuffixCharacters) < 0 ? SuffixWords : FormatWords;
    }

    /// <inheritdoc/>
    public int CompareTo(Quantity other) => amount.CompareTo(other.amount);

    /// <summary>Equal amounts are equal, however they are written.</summary>
    public bool Equals(Quantity other) => amount == other.amount;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Quantity other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => amount.GetHashCode();

    /// <summary>The canonical form: no fraction, the largest unit that needs none.</summary>
    public override string ToString() => QuantityText.Write(amount, format);

    /// <summary>Adds; written as the left one.</summary>
    public static Quantity operator +(Quantity left, Quantity right) => new(left.amount + right.amount, left.format);

    /// <summary>Subtracts; written as the left one.</summary>
    public static Quantity operator -(Quantity left, Quantity right) => new(left.amount - right.amount, left.format);

    /// <inheritdoc cref="Equals(Quantity)"/>
    public static bool operator ==(Quantity left, Quantity right) => left.Equals(right);

    /// <summary>The opposite of equality.</summary>
    public static bool operator !=(Quantity left, Quantity right) => !left.Equals(right);

    /// <summary>Compares amounts.</summary>
    public static bool operator <(Quantity left, Quantity right) => left.amount < right.amount;

    /// <summary>Compares amounts.</summary>
    public static bool operator >(Quantity left, Quantity right) => left.amount > right.amount;

    /// <summary>Compares amounts.</summary>
    public static bool operator <=(Quantity left, Quantity right) => left.amount <= right.amount;

    /// <summary>Compares amounts.</summary>
    public static bool operator >=(Quantity left, Quantity right) => left.amount >= right.amount;

    private static int NumberLength(ReadOnlySpan<char> text)
    {
        var at = text.Length > 0 && text[0] is '+' or '-' ? 1 : 0;
        var start = at;
        while (at < text.Length && (char.IsAsciiDigit(text[at]) || text[at] == '.'))
        {
            at++;
        }

        return at == start ? 0 : at;
    }

    private static decimal Scale(decimal number, decimal multiplier)
    {
        if (Math.Abs(number) > Largest / multiplier)
        {
            // Upstream caps what does not fit as well.
            return number < 0 ? -Largest : Largest;
        }

        var scaled = number * multiplier;
        var rest = scaled % Smallest;
        return rest == 0 ? scaled : scaled - rest + (rest > 0 ? Smallest : -Smallest);
    }

    private static long Ceiling(decimal value)
    {
        var up = value >= 0 ? Math.Ceiling(value) : Math.Floor(value);
        return up >= Largest ? long.MaxValue : up <= long.MinValue ? long.MinValue : (long)up;
    }
}

/// <summary>How a <see cref="Quantity"/> is written.</summary>
public enum QuantityFormat
{
    /// <summary>Powers of 1000: <c>500m</c>, <c>2</c>, <c>3k</c>.</summary>
    DecimalSI = 0,

    /// <summary>Powers of 1024: <c>64Mi</c>.</summary>
    BinarySI = 1,

    /// <summary>Powers of ten: <c>1e3</c>.</summary>
    DecimalExponent = 2,
}
