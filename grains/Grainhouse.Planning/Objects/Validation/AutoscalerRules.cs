using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning.Documents;

namespace Grainhouse.Planning.Objects.Validation;

/// <summary>The parts of a horizontal pod autoscaler. After pkg/apis/autoscaling/validation.</summary>
internal static class AutoscalerRules
{
    private const int MostPeriodSeconds = 1800;
    private const int MostStabilizationSeconds = 3600;

    private static readonly string[] SelectPolicies = ["Disabled", "Max", "Min"];
    private static readonly string[] PolicyTypes = ["Percent", "Pods"];
    private static readonly string[] MetricTypes = ["ContainerResource", "External", "Object", "Pods", "Resource"];

    public static void Reference(JsonObject? reference, FieldPath path, FieldErrors errors)
    {
        foreach (var name in (ReadOnlySpan<string>)["kind", "name"])
        {
            if (string.IsNullOrEmpty(reference.Text(name)))
            {
                errors.Required(path.Child(name));
            }
        }
    }

    public static void Metric(JsonObject metric, FieldPath path, FieldErrors errors)
    {
        var type = metric.Text("type") ?? "";
        if (type.Length == 0)
        {
            errors.Required(path.Child("type"), "must specify a metric source type");
            return;
        }

        if (!MetricTypes.Contains(type))
        {
            errors.NotSupported(path.Child("type"), type, MetricTypes);
            return;
        }

        var member = char.ToLowerInvariant(type[0]) + type[1..];
        path = path.Child(member);
        if (metric.Object(member) is not { } source)
        {
            errors.Required(path, "must populate information for the given metric source");
            return;
        }

        if (type is "Resource" or "ContainerResource")
        {
            Required(source, "name", path, "must specify a resource name", errors);
            if (type == "ContainerResource")
            {
                Required(source, "container", path, "must specify a container", errors);
            }
        }
        else
        {
            Required(source.Object("metric"), "name", path.Child("metric"), "must specify a metric name", errors);
            SelectorRules.Validate(source.Object("metric").Object("selector"), path.Child("metric").Child("selector"), errors);
        }

        if (type == "Object")
        {
            Reference(source.Object("describedObject"), path.Child("describedObject"), errors);
        }

        Target(source.Object("target"), path.Child("target"), errors);
    }

    public static void Scaling(JsonObject? rules, FieldPath path, FieldErrors errors)
    {
        if (rules is null)
        {
            return;
        }

        if (rules.Number("stabilizationWindowSeconds") is { } window)
        {
            NumberRules.NotNegative(rules, "stabilizationWindowSeconds", path, errors);
            if (window > MostStabilizationSeconds)
            {
                errors.Invalid(path.Child("stabilizationWindowSeconds"), window, $"must be less than or equal to {MostStabilizationSeconds}");
            }
        }

        NumberRules.OneOf(rules, "selectPolicy", SelectPolicies, path, errors);
        if (rules.Array("policies") is not { Count: > 0 })
        {
            errors.Required(path.Child("policies"), "must specify at least one Policy");
        }

        foreach (var (i, policy) in rules.Items("policies"))
        {
            var at = path.Child("policies").Index(i);
            NumberRules.OneOf(policy, "type", PolicyTypes, at, errors);
            NumberRules.Positive(policy, "value", at, errors);
            NumberRules.Positive(policy, "periodSeconds", at, errors);
            if (policy.Number("periodSeconds") is > MostPeriodSeconds and var period)
            {
                errors.Invalid(at.Child("periodSeconds"), period, $"must be less than or equal to {MostPeriodSeconds}");
            }
        }
    }

    private static void Target(JsonObject? target, FieldPath path, FieldErrors errors)
    {
        if (string.IsNullOrEmpty(target.Text("type")))
        {
            errors.Required(path.Child("type"), "must specify a metric target type");
        }
        else
        {
            NumberRules.OneOf(target, "type", ["AverageValue", "Utilization", "Value"], path, errors);
        }

        NumberRules.Positive(target, "averageUtilization", path, errors);
        foreach (var name in (ReadOnlySpan<string>)["value", "averageValue"])
        {
            if (Quantity.TryParse(target.Text(name), out var amount) && amount.Sign <= 0)
            {
                errors.Invalid(path.Child(name), amount.ToString(), "must be positive");
            }
        }

        if (target.Has("averageUtilization") && target.Has("averageValue"))
        {
            errors.Forbidden(path.Child("averageValue"), "may not set both a target raw value and a target utilization");
        }
        else if (!target.Has("averageUtilization") && !target.Has("averageValue") && !target.Has("value"))
        {
            errors.Required(path.Child("averageUtilization"), "must set either a target raw value or a target utilization");
        }
    }

    private static void Required(JsonObject? node, string name, FieldPath path, string why, FieldErrors errors)
    {
        if (string.IsNullOrEmpty(node.Text(name)))
        {
            errors.Required(path.Child(name), why);
        }
    }
}
