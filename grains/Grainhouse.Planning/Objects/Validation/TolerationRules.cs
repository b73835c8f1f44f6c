using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning.Documents;

namespace Grainhouse.Planning.Objects.Validation;

/// <summary>Tolerations.</summary>
internal static class TolerationRules
{
    private static readonly string[] Effects = ["NoExecute", "NoSchedule", "PreferNoSchedule"];

    public static void Validate(JsonArray? tolerations, FieldPath parent, FieldErrors errors)
    {
        if (tolerations is null)
        {
            return;
        }

        for (var i = 0; i < tolerations.Count; i++)
        {
            Validate(tolerations[i] as JsonObject, parent, i, errors);
        }
    }

    private static void Validate(JsonObject? toleration, FieldPath parent, int index, FieldErrors errors)
    {
        var key = toleration.Text("key") ?? "";
        var @operator = toleration.Text("operator") ?? "";
        var effect = toleration.Text("effect") ?? "";
        var path = parent.Child("tolerations").Index(index);
        if (key.Length > 0 && LabelSyntax.WhyNotKey(key) is { } why)
        {
            errors.Invalid(path.Child("key"), key, why);
        }

        if (key.Length == 0 && @operator != "Exists")
        {
            errors.Invalid(
                path.Child("operator"), @operator, "operator must be Exists when `key` is empty, which means \"match all values and all keys\"");
        }

        if (toleration.Has("tolerationSeconds") && effect != "NoExecute")
        {
            errors.Invalid(path.Child("effect"), effect, "effect must be 'NoExecute' when `tolerationSeconds` is set");
        }

        switch (@operator)
        {
            case "" or "Equal":
                if (toleration.Text("value") is { } value && LabelSyntax.WhyNotValue(value) is { } whyNot)
                {
                    errors.Invalid(path.Child("operator"), value, whyNot);
                }

                break;
            case "Exists":
                if (!string.IsNullOrEmpty(toleration.Text("value")))
                {
                    errors.Invalid(path.Child("operator"), toleration, "value must be empty when `operator` is 'Exists'");
                }

                break;
            default:
                errors.NotSupported(path.Child("operator"), @operator, ["Equal", "Exists"]);
                break;
        }

        if (effect.Length > 0 && Array.IndexOf(Effects, effect) < 0)
        {
            errors.NotSupported(path.Child("effect"), effect, Effects);
        }
    }
}
