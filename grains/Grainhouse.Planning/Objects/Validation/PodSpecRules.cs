using System.Text.Json.Nodes;
using Grainhouse.Planning.Documents;

namespace Grainhouse.Planning.Objects.Validation;

/// <summary>A pod spec, in a pod and in a template alike.</summary>
internal static class PodSpecRules
{
    private static readonly string[] RestartPolicies = ["Always", "Never", "OnFailure"];
    private static readonly string[] DnsPolicies = ["ClusterFirst", "ClusterFirstWithHostNet", "Default", "None"];

    public static void Validate(JsonObject? spec, FieldPath path, FieldErrors errors)
    {
        spec ??= [];
        var scope = new PodScope(spec);
        VolumeRules.Validate(spec.Array("volumes"), path, scope, errors);
        if (spec.Array("containers") is not { Count: > 0 } containers)
        {
            errors.Required(path.Child("containers"));
        }
        else
        {
            ContainerRules.Validate(containers, path.Child("containers"), scope, init: false, errors);
        }

        if (spec.Array("initContainers") is { } initContainers)
        {
            ContainerRules.Validate(initContainers, path.Child("initContainers"), scope, init: true, errors);
        }

        EphemeralContainerRules.Validate(spec.Array("ephemeralContainers"), path.Child("ephemeralContainers"), scope, errors);

        NumberRules.OneOf(spec, "restartPolicy", RestartPolicies, path, errors);
        NumberRules.OneOf(spec, "dnsPolicy", DnsPolicies, path, errors);
        NumberRules.NotNegative(spec, "terminationGracePeriodSeconds", path, errors);
        if (spec.Number("activeDeadlineSeconds") is { } deadline and (< 1 or > int.MaxValue))
        {
            errors.Invalid(path.Child("activeDeadlineSeconds"), deadline, "must be between 1 and 2147483647, inclusive");
        }

        if (spec.Flag("shareProcessNamespace") && spec.Flag("hostPID"))
        {
            errors.InvalidRaw(
                path.Child("securityContext").Child("shareProcessNamespace"), "true", "ShareProcessNamespace and HostPID cannot both be enabled");
        }

        MetadataRules.Labels(spec.Object("nodeSelector"), path, "nodeSelector", errors);
        TolerationRules.Validate(spec.Array("tolerations"), path, errors);
        PlacementRules.Validate(spec, path, errors);
        Names(spec, path, errors);
    }

    private static void Names(JsonObject spec, FieldPath path, FieldErrors errors)
    {
        foreach (var name in (ReadOnlySpan<string>)["serviceAccountName", "nodeName", "priorityClassName", "runtimeClassName"])
        {
            if (spec.Text(name) is { Length: > 0 } value)
            {
                NameRules.Subdomain(path.Child(name), value, errors);
            }
        }

        foreach (var name in (ReadOnlySpan<string>)["hostname", "subdomain"])
        {
            if (spec.Text(name) is { Length: > 0 } value)
            {
                NameRules.Label(path.Child(name), value, errors);
            }
        }
    }
}
