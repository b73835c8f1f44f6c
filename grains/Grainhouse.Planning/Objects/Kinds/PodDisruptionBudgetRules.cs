using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning.Documents;
using Grainhouse.Planning.Objects.Validation;

namespace Grainhouse.Planning.Objects.Kinds;

/// <summary>Pod disruption budgets.</summary>
internal sealed class PodDisruptionBudgetRules : KindRules
{
    private static readonly string[] EvictionPolicies = ["AlwaysAllow", "IfHealthyBudget"];

    public override bool NeedsRevision => true;

    public override void PrepareCreate(JsonObject root, ObjectKey key) => root["status"] = new JsonObject
    {
        ["currentHealthy"] = 0L, ["desiredHealthy"] = 0L, ["disruptionsAllowed"] = 0L, ["expectedPods"] = 0L,
    };

    public override void Validate(JsonObject root, FieldErrors errors)
    {
        var spec = root.Object("spec");
        if (spec.Has("minAvailable") && spec.Has("maxUnavailable"))
        {
            errors.Invalid(FieldPath.Root("spec"), spec, "minAvailable and maxUnavailable cannot be both set");
        }

        foreach (var name in (ReadOnlySpan<string>)["minAvailable", "maxUnavailable"])
        {
            var amount = StrategyRules.Amount(spec?[name], FieldPath.Spec.Child(name), errors);
            if (amount > 100 && spec.Text(name) is { } percent)
            {
                errors.Invalid(FieldPath.Spec.Child(name), percent, "must not be greater than 100%");
            }
        }

        SelectorRules.Validate(spec.Object("selector"), FieldPath.Spec.Child("selector"), errors);
        NumberRules.OneOf(spec, "unhealthyPodEvictionPolicy", EvictionPolicies, FieldPath.Spec, errors);
    }
}
