using System.Globalization;
using System.Text.Json.Nodes;
using Grainhouse.Planning.Documents;

namespace Grainhouse.Planning.Objects.Validation;

/// <summary>A deployment's strategy.</summary>
internal static class StrategyRules
{
    private const string PercentWords =
        "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')";

    public static void Validate(JsonObject? strategy, FieldErrors errors)
    {
        var path = FieldPath.Spec.Child("strategy");
        var rolling = strategy.Object("rollingUpdate");
        switch (strategy.Text("type"))
        {
            case "Recreate":
                if (rolling is not null)
                {
                    errors.Forbidden(path.Child("rollingUpdate"), "may not be specified when strategy `type` is 'Recreate'");
                }

                break;
            case "RollingUpdate":
                Rolling(rolling ?? [], path.Child("rollingUpdate"), errors);
                break;
            case var other:
                errors.NotSupported(path, other ?? "", ["Recreate", "RollingUpdate"]);
                break;
        }
    }

    private static void Rolling(JsonObject rolling, FieldPath path, FieldErrors errors)
    {
        var unavailable = Amount(rolling["maxUnavailable"], path.Child("maxUnavailable"), errors);
        var surge = Amount(rolling["maxSurge"], path.Child("maxSurge"), errors);
        if (unavailable == 0 && surge == 0)
        {
            errors.Invalid(path.Child("maxUnavailable"), rolling["maxUnavailable"], "may not be 0 when `maxSurge` is 0");
        }

        if (rolling.Text("maxUnavailable") is not null && unavailable > 100)
        {
            errors.Invalid(path.Child("maxUnavailable"), rolling["maxUnavailable"], "must not be greater than 100%");
        }
    }

    /// <summary>The number, of pods or of percent; null if it is neither.</summary>
    public static long? Amount(JsonNode? value, FieldPath path, FieldErrors errors)
    {
        if (value.Text() is { } text)
        {
            if (text.EndsWith('%') && long.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var percent))
            {
                return percent;
            }

            errors.Invalid(path, text, PercentWords);
            return null;
        }

        if (value.Number() is < 0 and var number)
        {
            errors.Invalid(path, number, "must be greater than or equal to 0");
            return null;
        }

        return value.Number();
    }
}
