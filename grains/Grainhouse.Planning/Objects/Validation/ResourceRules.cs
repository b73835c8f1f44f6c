using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning.Documents;

namespace Grainhouse.Planning.Objects.Validation;

/// <summary>A container's resources. That quantities are quantities is seen when the document is decoded.</summary>
internal static class ResourceRules
{
    public static void Validate(JsonObject? resources, FieldPath path, FieldErrors errors)
    {
        if (resources is null || resources.Count == 0)
        {
            return;
        }

        var limits = resources.Object("limits");
        Amounts(limits, path, "limits", errors);
        Amounts(resources.Object("requests"), path, "requests", errors);
        if (limits is null || resources.Object("requests") is not { } requests)
        {
            return;
        }

        foreach (var (name, value) in requests)
        {
            if (limits.Text(name) is not { } limitText
                || !Quantity.TryParse(limitText, out var limit) || !Quantity.TryParse(value.Text(), out var request))
            {
                continue;
            }

            if (IsExtended(name) && request != limit)
            {
                errors.Invalid(path.Child("requests"), request.ToString(), $"must be equal to {name} limit of {limit}");
            }
            else if (request > limit)
            {
                errors.Invalid(path.Child("requests"), request.ToString(), $"must be less than or equal to {name} limit of {limit}");
            }
        }
    }

    private static void Amounts(JsonObject? amounts, FieldPath parent, string part, FieldErrors errors)
    {
        if (amounts is null)
        {
            return;
        }

        foreach (var (name, value) in amounts)
        {
            if (name is not "cpu" and not "memory")
            {
                Name(name, parent.Child(part).Key(name), errors);
            }

            if (!Quantity.TryParse(value.Text(), out var quantity))
            {
                continue;
            }

            if (quantity.Sign < 0)
            {
                errors.Invalid(parent.Child(part).Key(name), quantity.ToString(), "must be greater than or equal to 0");
            }
            else if (IsExtended(name) && quantity.Amount != decimal.Truncate(quantity.Amount))
            {
                errors.Invalid(parent.Child(part).Key(name), quantity.ToString(), "must be an integer");
            }
        }
    }

    private static void Name(string name, FieldPath path, FieldErrors errors)
    {
        if (LabelSyntax.WhyNotKey(name) is { } why)
        {
            errors.Invalid(path, name, why);
        }
        else if (!name.Contains('/', StringComparison.Ordinal) && name != "ephemeral-storage" && !name.StartsWith("hugepages-", StringComparison.Ordinal))
        {
            errors.Invalid(path, name, "must be a standard resource type or fully qualified");
            errors.Invalid(path, name, "must be a standard resource for containers");
        }
    }

    /// <summary>Named by somebody else than Kubernetes: counted in whole pieces, never over-committed.</summary>
    private static bool IsExtended(string name) =>
        name.Contains('/', StringComparison.Ordinal) && !name.Contains("kubernetes.io/", StringComparison.Ordinal);
}
