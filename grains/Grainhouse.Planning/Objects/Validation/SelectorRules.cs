using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning.Documents;

namespace Grainhouse.Planning.Objects.Validation;

/// <summary>meta/v1 LabelSelectors.</summary>
internal static class SelectorRules
{
    public static void Validate(JsonObject? selector, FieldPath path, FieldErrors errors)
    {
        if (selector is null)
        {
            return;
        }

        MetadataRules.Labels(selector.Object("matchLabels"), path, "matchLabels", errors);
        if (selector.Array("matchExpressions") is not { } expressions)
        {
            return;
        }

        for (var i = 0; i < expressions.Count; i++)
        {
            Requirement(expressions[i] as JsonObject, path.Child("matchExpressions").Index(i), errors);
        }
    }

    private static void Requirement(JsonObject? requirement, FieldPath path, FieldErrors errors)
    {
        var values = requirement.Array("values");
        switch (requirement.Text("operator"))
        {
            case "In" or "NotIn":
                if (values is not { Count: > 0 })
                {
                    errors.Required(path.Child("values"), "must be specified when `operator` is 'In' or 'NotIn'");
                }

                break;
            case "Exists" or "DoesNotExist":
                if (values is { Count: > 0 })
                {
                    errors.Forbidden(path.Child("values"), "may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
                }

                break;
            case var other:
                errors.Invalid(path.Child("operator"), other ?? "", "not a valid selector operator");
                break;
        }

        var key = requirement.Text("key") ?? "";
        if (LabelSyntax.WhyNotKey(key) is { } why)
        {
            errors.Invalid(path.Child("key"), key, why);
        }

        for (var i = 0; i < (values?.Count ?? 0); i++)
        {
            if (values![i].Text() is { } text && LabelSyntax.WhyNotValue(text) is { } whyNot)
            {
                errors.Invalid(path.Child("values").Index(i), text, whyNot);
            }
        }
    }
}
