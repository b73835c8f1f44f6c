using System.Text.Json.Nodes;
using Grainhouse.Planning.Documents;
using Grainhouse.Planning.Objects.Json;

namespace Grainhouse.Planning.Objects.Validation;

/// <summary>The few things that may change in a pod's spec. After upstream's <c>ValidatePodUpdate</c>.</summary>
internal static class PodUpdateRules
{
    private const string OnlyThese =
        "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,"
        + "`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was "
        + "previously negative)";

    public static void Validate(JsonObject spec, JsonObject old, FieldErrors errors)
    {
        if (JsonTree.Equal(spec, old))
        {
            return;
        }

        if ((spec.Array("containers")?.Count ?? 0) != (old.Array("containers")?.Count ?? 0))
        {
            errors.Forbidden(FieldPath.Spec.Child("containers"), "pod updates may not add or remove containers");
            return;
        }

        if ((spec.Array("initContainers")?.Count ?? 0) != (old.Array("initContainers")?.Count ?? 0))
        {
            errors.Forbidden(FieldPath.Spec.Child("initContainers"), "pod updates may not add or remove containers");
            return;
        }

        Deadline(spec.Number("activeDeadlineSeconds"), old.Number("activeDeadlineSeconds"), errors);
        Tolerations(spec.Array("tolerations"), old.Array("tolerations"), errors);
        Gates(spec.Array("schedulingGates"), old.Array("schedulingGates"), errors);
        if (!JsonTree.Equal(Fixed(spec, old), old))
        {
            errors.Forbidden(FieldPath.Spec, OnlyThese);
        }
    }

    /// <summary>The new spec with the old one's values wherever a change is allowed.</summary>
    private static JsonObject Fixed(JsonObject spec, JsonObject old)
    {
        var fixedSpec = (JsonObject)spec.DeepClone();
        Images(fixedSpec.Array("containers"), old.Array("containers"));
        Images(fixedSpec.Array("initContainers"), old.Array("initContainers"));
        fixedSpec.TakeFrom(old, "activeDeadlineSeconds");
        fixedSpec.TakeFrom(old, "tolerations");
        fixedSpec.TakeFrom(old, "schedulingGates");
        if (spec.Number("terminationGracePeriodSeconds") == 1 && old.Number("terminationGracePeriodSeconds") < 0)
        {
            fixedSpec.TakeFrom(old, "terminationGracePeriodSeconds");
        }

        return fixedSpec;
    }

    private static void Images(JsonArray? containers, JsonArray? old)
    {
        for (var i = 0; i < (containers?.Count ?? 0); i++)
        {
            (containers![i] as JsonObject)?.TakeFrom(old![i] as JsonObject, "image");
        }
    }

    private static void Deadline(long? deadline, long? old, FieldErrors errors)
    {
        var path = FieldPath.Spec.Child("activeDeadlineSeconds");
        if (old is null || deadline == old)
        {
            return;
        }

        if (deadline is null)
        {
            errors.InvalidRaw(path, "null", "must not update from a positive integer to nil value");
        }
        else if (deadline > old)
        {
            errors.Invalid(path, deadline.Value, "must be less than or equal to previous value");
        }
    }

    private static void Tolerations(JsonArray? tolerations, JsonArray? old, FieldErrors errors)
    {
        foreach (var item in old ?? [])
        {
            if (tolerations is null || !tolerations.Any(there => SameButSeconds(there as JsonObject, item as JsonObject)))
            {
                errors.Forbidden(FieldPath.Spec.Child("tolerations"), "existing toleration can not be modified except its tolerationSeconds");
                return;
            }
        }
    }

    private static bool SameButSeconds(JsonObject? one, JsonObject? other) =>
        one.Text("key") == other.Text("key") && one.Text("operator") == other.Text("operator")
        && one.Text("value") == other.Text("value") && one.Text("effect") == other.Text("effect");

    private static void Gates(JsonArray? gates, JsonArray? old, FieldErrors errors)
    {
        for (var i = 0; i < (gates?.Count ?? 0); i++)
        {
            var name = (gates![i] as JsonObject).Text("name");
            if (old is null || !old.Any(item => (item as JsonObject).Text("name") == name))
            {
                errors.Forbidden(
                    FieldPath.Spec.Child("schedulingGates").Index(i).Child("name"), "only deletion is allowed, but found new scheduling gate '" + name + "'");
            }
        }
    }
}
