using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning.Documents;

namespace Grainhouse.Planning.Objects.Validation;

/// <summary>Affinity and topology spread.</summary>
internal static class PlacementRules
{
    public static void Validate(JsonObject spec, FieldPath path, FieldErrors errors)
    {
        if (spec.Object("affinity") is { } affinity)
        {
            Affinity(affinity, path.Child("affinity"), errors);
        }

        if (spec.Array("topologySpreadConstraints") is not { } constraints)
        {
            return;
        }

        for (var i = 0; i < constraints.Count; i++)
        {
            Spread(constraints[i] as JsonObject, path.Child("topologySpreadConstraints").Index(i), errors);
        }
    }

    private static void Spread(JsonObject? constraint, FieldPath path, FieldErrors errors)
    {
        if (constraint.Number("maxSkew") is null or <= 0)
        {
            errors.Invalid(path.Child("maxSkew"), constraint.Number("maxSkew") ?? 0, "must be greater than zero");
        }

        if (string.IsNullOrEmpty(constraint.Text("topologyKey")))
        {
            errors.Required(path.Child("topologyKey"), "can not be empty");
        }

        if (constraint.Text("whenUnsatisfiable") is not "DoNotSchedule" and not "ScheduleAnyway")
        {
            errors.NotSupported(path.Child("whenUnsatisfiable"), constraint.Text("whenUnsatisfiable") ?? "", ["DoNotSchedule", "ScheduleAnyway"]);
        }

        SelectorRules.Validate(constraint.Object("labelSelector"), path.Child("labelSelector"), errors);
    }

    private static void Affinity(JsonObject affinity, FieldPath path, FieldErrors errors)
    {
        const string Required = "requiredDuringSchedulingIgnoredDuringExecution";
        const string Preferred = "preferredDuringSchedulingIgnoredDuringExecution";
        if (affinity.Object("nodeAffinity") is { } node)
        {
            var nodePath = path.Child("nodeAffinity");
            if (node.Object(Required) is { } required)
            {
                Terms(required.Array("nodeSelectorTerms"), nodePath.Child(Required).Child("nodeSelectorTerms"), errors);
            }

            Each(node.Array(Preferred), nodePath.Child(Preferred), errors, static (term, at, found) =>
            {
                Weight(term, at, found);
                Term(term.Object("preference"), at.Child("preference"), found);
            });
        }

        foreach (var kind in (ReadOnlySpan<string>)["podAffinity", "podAntiAffinity"])
        {
            var pods = affinity.Object(kind);
            Each(pods.Array(Required), path.Child(kind).Child(Required), errors, PodTerm);
            Each(pods.Array(Preferred), path.Child(kind).Child(Preferred), errors, static (term, at, found) =>
            {
                Weight(term, at, found);
                PodTerm(term.Object("podAffinityTerm"), at.Child("podAffinityTerm"), found);
            });
        }
    }

    private static void Each(JsonArray? items, FieldPath path, FieldErrors errors, Action<JsonObject?, FieldPath, FieldErrors> validate)
    {
        for (var i = 0; i < (items?.Count ?? 0); i++)
        {
            validate(items![i] as JsonObject, path.Index(i), errors);
        }
    }

    private static void Weight(JsonObject? term, FieldPath path, FieldErrors errors)
    {
        if (term.Number("weight") is null or < 1 or > 100)
        {
            errors.Invalid(path.Child("weight"), term.Number("weight") ?? 0, "must be in the range 1-100");
        }
    }

    private static void PodTerm(JsonObject? term, FieldPath path, FieldErrors errors)
    {
        SelectorRules.Validate(term.Object("labelSelector"), path.Child("labelSelector"), errors);
        SelectorRules.Validate(term.Object("namespaceSelector"), path.Child("namespaceSelector"), errors);
        if (string.IsNullOrEmpty(term.Text("topologyKey")))
        {
            errors.Required(path.Child("topologyKey"), "can not be empty");
        }
    }

    private static void Terms(JsonArray? terms, FieldPath path, FieldErrors errors)
    {
        if (terms is not { Count: > 0 })
        {
            errors.Required(path, "must have at least one node selector term");
        }

        Each(terms, path, errors, Term);
    }

    private static void Term(JsonObject? term, FieldPath path, FieldErrors errors) =>
        Each(term.Array("matchExpressions"), path.Child("matchExpressions"), errors, Expression);

    private static void Expression(JsonObject? expression, FieldPath path, FieldErrors errors)
    {
        var count = expression.Array("values")?.Count ?? 0;
        switch (expression.Text("operator"))
        {
            case "In" or "NotIn" when count == 0:
                errors.Required(path.Child("values"), "must be specified when `operator` is 'In' or 'NotIn'");
                break;
            case "Exists" or "DoesNotExist" when count > 0:
                errors.Forbidden(path.Child("values"), "may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
                break;
            case "Gt" or "Lt" when count != 1:
                errors.Required(path.Child("values"), "must be specified single value when `operator` is 'Lt' or 'Gt'");
                break;
            case "In" or "NotIn" or "Exists" or "DoesNotExist" or "Gt" or "Lt":
                break;
            case var other:
                errors.Invalid(path.Child("operator"), other ?? "", "not a valid selector operator");
                break;
        }

        var key = expression.Text("key") ?? "";
        if (LabelSyntax.WhyNotKey(key) is { } why)
        {
            errors.Invalid(path.Child("key"), key, why);
        }
    }
}
