using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning.Documents;
using Grainhouse.Planning.Objects.Defaults;
using Grainhouse.Planning.Objects.Validation;

namespace Grainhouse.Planning.Objects.Kinds;

/// <summary>Daemon sets: a pod on every node.</summary>
internal sealed class DaemonSetRules : KindRules
{
    public override void Default(JsonObject root) => WorkloadDefaults.DaemonSet(root.Child("spec"));

    public override void PrepareCreate(JsonObject root, ObjectKey key) => root["status"] = new JsonObject
    {
        ["currentNumberScheduled"] = 0L, ["desiredNumberScheduled"] = 0L, ["numberMisscheduled"] = 0L, ["numberReady"] = 0L,
    };

    public override void Validate(JsonObject root, FieldErrors errors)
    {
        var spec = root.Child("spec");
        TemplateRules.Validate(spec, "daemonset", "DaemonSet", errors);
        NumberRules.NotNegative(spec, "revisionHistoryLimit", FieldPath.Spec, errors);
        Strategy(spec.Object("updateStrategy"), FieldPath.Spec.Child("updateStrategy"), errors);
    }

    public override void ValidateUpdate(JsonObject root, JsonObject old, FieldErrors errors) =>
        TemplateRules.ValidateUpdate(root.Child("spec"), old.Child("spec"), errors);

    private static void Strategy(JsonObject? strategy, FieldPath path, FieldErrors errors)
    {
        if (strategy.Text("type") == "OnDelete")
        {
            return;
        }

        if (strategy.Text("type") != "RollingUpdate")
        {
            errors.NotSupported(path, strategy.Text("type") ?? "", ["RollingUpdate", "OnDelete"]);
            return;
        }

        var rolling = strategy.Object("rollingUpdate");
        path = path.Child("rollingUpdate");
        var unavailable = StrategyRules.Amount(rolling?["maxUnavailable"], path.Child("maxUnavailable"), errors);
        var surge = StrategyRules.Amount(rolling?["maxSurge"], path.Child("maxSurge"), errors);
        if (surge > 0 && unavailable > 0)
        {
            errors.Invalid(path.Child("maxSurge"), rolling?["maxSurge"], "may not be set when maxUnavailable is non-zero");
        }
        else if (surge == 0 && unavailable == 0)
        {
            errors.Required(path.Child("maxUnavailable"), "cannot be 0 when maxSurge is 0");
        }
    }
}
