using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning.Documents;
using Grainhouse.Planning.Objects.Validation;

namespace Grainhouse.Planning.Objects.Kinds;

/// <summary>Limit ranges.</summary>
internal sealed class LimitRangeRules : KindRules
{
    public override void Default(JsonObject root)
    {
        foreach (var (_, item) in root.Object("spec").Items("limits"))
        {
            if (item.Text("type") == "Container")
            {
                // What is not said of a container follows from what is: limits from the most, requests from limits, then from the least.
                Fill(item, "default", "max");
                Fill(item, "defaultRequest", "default");
                Fill(item, "defaultRequest", "min");
            }
        }
    }

    public override void Validate(JsonObject root, FieldErrors errors)
    {
        var types = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (i, item) in root.Object("spec").Items("limits"))
        {
            var path = FieldPath.Spec.Child("limits").Index(i);
            var type = item.Text("type") ?? "";
            if (LabelSyntax.WhyNotKey(type) is { } why)
            {
                errors.Invalid(path.Child("type"), type, why);
            }

            if (!types.Add(type))
            {
                errors.Duplicate(path.Child("type"), type);
            }

            if (type == "PersistentVolumeClaim" && !item.Object("min").Has("storage") && !item.Object("max").Has("storage"))
            {
                errors.Required(path.Child("limits"), "either minimum or maximum storage value is required, but neither was provided");
            }

            Parts(item, type, path, errors);
        }
    }

    private static void Parts(JsonObject item, string type, FieldPath path, FieldErrors errors)
    {
        foreach (var name in (ReadOnlySpan<string>)["default", "defaultRequest"])
        {
            if (type == "Pod" && item.Object(name) is { Count: > 0 })
            {
                errors.Forbidden(path.Child(name), "may not be specified when `type` is 'Pod'");
            }
        }

        InOrder(item, "min", "max", "min value {0} is greater than max value {1}", path, errors);
        InOrder(item, "min", "defaultRequest", "min value {0} is greater than default request value {1}", path, errors);
        InOrder(item, "defaultRequest", "max", "default request value {0} is greater than max value {1}", path, errors);
        InOrder(item, "defaultRequest", "default", "default request value {0} is greater than default limit value {1}", path, errors);
        InOrder(item, "default", "max", "default value {0} is greater than max value {1}", path, errors);
    }

    private static void InOrder(JsonObject item, string less, string more, string words, FieldPath path, FieldErrors errors)
    {
        foreach (var (name, value) in item.Object(less) ?? [])
        {
            if (Quantity.TryParse(value.Text(), out var least) && Quantity.TryParse(item.Object(more).Text(name), out var most) && least > most)
            {
                var why = words.Replace("{0}", least.ToString(), StringComparison.Ordinal).Replace("{1}", most.ToString(), StringComparison.Ordinal);
                errors.Invalid(path.Child(less).Key(name), least.ToString(), why);
            }
        }
    }

    private static void Fill(JsonObject item, string to, string from)
    {
        foreach (var (name, value) in item.Object(from) ?? [])
        {
            if (value is not null && !item.Object(to).Has(name))
            {
                item.Child(to)[name] = value.DeepClone();
            }
        }
    }
}
