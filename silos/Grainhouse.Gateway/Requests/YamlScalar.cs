using System.Globalization;
using System.Text.Json;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Grainhouse.Gateway.Requests;

/// <summary>What a plain YAML scalar means, by the rules that Kubernetes' own YAML reader has (YAML 1.1, without timestamps).</summary>
internal static class YamlScalar
{
    /// <summary>Writes a scalar as the JSON value that it stands for.</summary>
    public static void Write(Utf8JsonWriter output, Scalar scalar)
    {
        var text = scalar.Value;
        if (scalar.Style != ScalarStyle.Plain || scalar.Tag == "tag:yaml.org,2002:str" || scalar.Tag == "!")
        {
            output.WriteStringValue(text);
            return;
        }

        switch (text)
        {
            case "" or "~" or "null" or "Null" or "NULL":
                output.WriteNullValue();
                return;
            case "true" or "True" or "TRUE" or "yes" or "Yes" or "YES" or "on" or "On" or "ON":
                output.WriteBooleanValue(true);
                return;
            case "false" or "False" or "FALSE" or "no" or "No" or "NO" or "off" or "Off" or "OFF":
                output.WriteBooleanValue(false);
                return;
        }

        if (TryInteger(text, out var integer))
        {
            output.WriteNumberValue(integer);
        }
        else if (LooksNumeric(text) && double.TryParse(text.Replace("_", "", StringComparison.Ordinal), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            && double.IsFinite(number))
        {
            output.WriteNumberValue(number);
        }
        else
        {
            output.WriteStringValue(text);
        }
    }

    private static bool TryInteger(string text, out long value)
    {
        var negative = text.StartsWith('-');
        var digits = text.AsSpan(negative || text.StartsWith('+') ? 1 : 0);
        value = 0;
        if (digits.IsEmpty || !char.IsAsciiDigit(digits[0]))
        {
            return false;
        }

        var radix = 10;
        if (digits.Length > 1 && digits[0] == '0')
        {
            radix = digits[1] switch { 'x' or 'X' => 16, 'o' or 'O' => 8, 'b' or 'B' => 2, _ => 8 };
            digits = digits[(char.IsAsciiDigit(digits[1]) || digits[1] == '_' ? 1 : 2)..];
        }

        var any = false;
        foreach (var digit in digits)
        {
            if (digit == '_')
            {
                continue;
            }

            var number = char.IsAsciiHexDigit(digit) ? Convert.ToInt32(digit.ToString(), 16) : radix;
            if (number >= radix || value > (long.MaxValue - number) / radix)
            {
                return false;
            }

            value = (value * radix) + number;
            any = true;
        }

        value = negative ? -value : value;
        return any;
    }

    private static bool LooksNumeric(string text)
    {
        var start = text[0] is '+' or '-' ? 1 : 0;
        if (start == text.Length || !(char.IsAsciiDigit(text[start]) || text[start] == '.'))
        {
            return false;
        }

        var digits = false;
        for (var i = start; i < text.Length; i++)
        {
            if (char.IsAsciiDigit(text[i]))
            {
                digits = true;
            }
            else if (text[i] is not ('.' or 'e' or 'E' or '+' or '-' or '_'))
            {
                return false;
            }
        }

        return digits;
    }
}
