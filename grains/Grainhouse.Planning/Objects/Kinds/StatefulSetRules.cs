using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning.Documents;
using Grainhouse.Planning.Objects.Defaults;
using Grainhouse.Planning.Objects.Json;
using Grainhouse.Planning.Objects.Validation;

namespace Grainhouse.Planning.Objects.Kinds;

/// <summary>Stateful sets: pods with names and claims of their own.</summary>
internal sealed class StatefulSetRules : KindRules
{
    private const string Forbidden =
        "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', "
        + "'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden";

    private static readonly string[] Retentions = ["Retain", "Delete"];
    private static readonly string[] Mutable =
        ["replicas", "ordinals", "template", "updateStrategy", "persistentVolumeClaimRetentionPolicy", "minReadySeconds"];

    public override void Default(JsonObject root) => WorkloadDefaults.StatefulSet(root.Child("spec"));

    public override void PrepareCreate(JsonObject root, ObjectKey key) =>
        root["status"] = new JsonObject { ["replicas"] = 0L, ["availableReplicas"] = 0L };

    public override void Validate(JsonObject root, FieldErrors errors)
    {
        var spec = root.Child("spec");
        TemplateRules.Validate(WithClaims(spec), "statefulset", "StatefulSet", errors);
        if (spec.Text("podManagementPolicy") is not "OrderedReady" and not "Parallel")
        {
            errors.Invalid(FieldPath.Spec.Child("podManagementPolicy"), spec["podManagementPolicy"], "must be 'OrderedReady' or 'Parallel'");
        }

        Strategy(spec.Object("updateStrategy"), FieldPath.Spec.Child("updateStrategy"), errors);
        NumberRules.NotNegative(spec, "revisionHistoryLimit", FieldPath.Spec, errors);
        NumberRules.NotNegative(spec.Object("ordinals"), "start", FieldPath.Spec.Child("ordinals"), errors);
        var retention = spec.Object("persistentVolumeClaimRetentionPolicy");
        NumberRules.OneOf(retention, "whenDeleted", Retentions, FieldPath.Spec.Child("persistentVolumeClaimRetentionPolicy"), errors);
        NumberRules.OneOf(retention, "whenScaled", Retentions, FieldPath.Spec.Child("persistentVolumeClaimRetentionPolicy"), errors);
    }

    public override void ValidateUpdate(JsonObject root, JsonObject old, FieldErrors errors)
    {
        var wanted = (JsonObject)root.Child("spec").DeepClone();
        foreach (var name in Mutable)
        {
            wanted.TakeFrom(old.Object("spec"), name);
        }

        if (!JsonTree.Equal(wanted, old.Object("spec")))
        {
            errors.Forbidden(FieldPath.Root("spec"), Forbidden);
        }
    }

    // To its pods the claims are volumes, in the place of others of their names.
    private static JsonObject WithClaims(JsonObject spec)
    {
        if (spec.Array("volumeClaimTemplates") is not { Count: > 0 } || spec.Object("template").Object("spec") is null)
        {
            return spec;
        }

        var whole = (JsonObject)spec.DeepClone();
        var podSpec = whole.Child("template").Child("spec");
        var volumes = podSpec.Array("volumes") ?? [];
        var names = volumes.Select(volume => (volume as JsonObject).Text("name")).ToHashSet();
        foreach (var (_, claim) in spec.Items("volumeClaimTemplates"))
        {
            if (claim.Object("metadata").Text("name") is { } name && names.Add(name))
            {
                volumes.Add(new JsonObject { ["name"] = name, ["persistentVolumeClaim"] = new JsonObject { ["claimName"] = name } });
            }
        }

        if (volumes.Parent is null)
        {
            podSpec["volumes"] = volumes;
        }

        return whole;
    }

    private static void Strategy(JsonObject? strategy, FieldPath path, FieldErrors errors)
    {
        var rolling = strategy.Object("rollingUpdate");
        switch (strategy.Text("type"))
        {
            case "RollingUpdate":
                NumberRules.NotNegative(rolling, "partition", path.Child("rollingUpdate"), errors);
                break;
            case "OnDelete":
                if (rolling is not null)
                {
                    errors.Invalid(path.Child("rollingUpdate"), rolling, "only allowed for updateStrategy 'RollingUpdate'");
                }

                break;
            default:
                errors.Invalid(path, strategy, "must be 'RollingUpdate' or 'OnDelete'");
                break;
        }
    }
}
