using System.Globalization;

namespace Grainhouse.Interfaces.Objects;

/// <summary>Units of quantities, read.</summary>
internal static class QuantitySuffix
{
    public static bool TryParse(ReadOnlySpan<char> suffix, out decimal multiplier, out QuantityFormat format)
    {
        format = QuantityFormat.DecimalSI;
        multiplier = suffix switch
        {
            "" => 1m,
            "m" => 0.001m,
            "u" => 0.000001m,
            "n" => 0.000000001m,
            "k" => 1e3m,
            "M" => 1e6m,
            "G" => 1e9m,
            "T" => 1e12m,
            "P" => 1e15m,
            "E" => 1e18m,
            _ => 0m,
        };
        if (multiplier != 0)
        {
            return true;
        }

        multiplier = suffix switch
        {
            "Ki" => 1L << 10,
            "Mi" => 1L << 20,
            "Gi" => 1L << 30,
            "Ti" => 1L << 40,
            "Pi" => 1L << 50,
            "Ei" => 1L << 60,
            _ => 0m,
        };
        if (multiplier != 0)
        {
            format = QuantityFormat.BinarySI;
            return true;
        }

        format = QuantityFormat.DecimalExponent;
        if (suffix[0] is not 'e' and not 'E'
            || !int.TryParse(suffix[1..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var exponent)
            || exponent is < -18 or > 18)
        {
            return false;
        }

        multiplier = 1m;
        for (var i = 0; i < Math.Abs(exponent); i++)
        {
            multiplier = exponent > 0 ? multiplier * 10 : multiplier / 10;
        }

        return true;
    }
}

/// <summary>Quantities, written in their canonical form.</summary>
internal static class QuantityText
{
    private static readonly string[] Binary = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];
    private static readonly string[] Decimal = ["n", "u", "m", "", "k", "M", "G", "T", "P", "E"];

    public static string Write(decimal amount, QuantityFormat format)
    {
        if (amount == 0)
        {
            return "0";
        }

        return format == QuantityFormat.BinarySI && Math.Abs(amount) >= 1024 && amount == decimal.Truncate(amount)
            ? WriteBinary(amount)
            : WriteDecimal(amount, format == QuantityFormat.DecimalExponent);
    }

    private static string WriteBinary(decimal amount)
    {
        var unit = 0;
        while (unit < Binary.Length - 1 && amount % 1024 == 0)
        {
            amount /= 1024;
            unit++;
        }

        return $"{amount:0}{Binary[unit]}";
    }

    private static string WriteDecimal(decimal amount, bool exponent)
    {
        var unit = 3;
        while (unit > 0 && amount != decimal.Truncate(amount))
        {
            amount *= 1000;
            unit--;
        }

        while (unit < Decimal.Length - 1 && amount % 1000 == 0)
        {
            amount /= 1000;
            unit++;
        }

        if (!exponent)
        {
            return $"{amount:0}{Decimal[unit]}";
        }

        return unit == 3 ? $"{amount:0}" : $"{amount:0}e{(unit - 3) * 3}";
    }
}
