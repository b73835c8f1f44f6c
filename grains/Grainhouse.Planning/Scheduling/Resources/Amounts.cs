using System.Globalization;

namespace Grainhouse.Planning.Scheduling;

/// <summary>Reads a quantity as the whole number that placement counts with, rounded up as upstream does.</summary>
internal static class Amounts
{
    /// <summary>CPU: thousandths.</summary>
    public static long Millis(string quantity) => Scale(quantity, 1000m);

    /// <summary>Everything else: whole units.</summary>
    public static long Whole(string quantity) => Scale(quantity, 1m);

    private static long Scale(string quantity, decimal factor)
    {
        var split = quantity.AsSpan().LastIndexOfAnyInRange('0', '9') + 1;
        var suffix = quantity.AsSpan(split);
        if (!decimal.TryParse(quantity.AsSpan(0, split), NumberStyles.Float, CultureInfo.InvariantCulture, out var value))
        {
            return 0;
        }

        var scaled = (double)value * (double)(factor * Multiplier(suffix));
        return scaled >= long.MaxValue ? long.MaxValue : (long)decimal.Ceiling(value * factor * Multiplier(suffix));
    }

    private static decimal Multiplier(ReadOnlySpan<char> suffix) => suffix switch
    {
        "" => 1m,
        "n" => 0.000000001m,
        "u" => 0.000001m,
        "m" => 0.001m,
        "k" => 1e3m,
        "M" => 1e6m,
        "G" => 1e9m,
        "T" => 1e12m,
        "P" => 1e15m,
        "E" => 1e18m,
        "Ki" => 1024m,
        "Mi" => 1048576m,
        "Gi" => 1073741824m,
        "Ti" => 1099511627776m,
        "Pi" => 1125899906842624m,
        "Ei" => 1152921504606846976m,
        _ => 0m,
    };
}
