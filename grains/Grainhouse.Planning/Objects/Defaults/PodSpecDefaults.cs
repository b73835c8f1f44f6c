using System.Text.Json.Nodes;
using Grainhouse.Planning.Documents;
using Grainhouse.Planning.Scheduling;

namespace Grainhouse.Planning.Objects.Defaults;

/// <summary>Defaults of a pod spec, in a pod and in a template alike.</summary>
internal static class PodSpecDefaults
{
    public static void Apply(JsonObject spec)
    {
        var hostNetwork = spec.Flag("hostNetwork");
        ContainerDefaults.Apply(spec.Array("containers"), hostNetwork);
        ContainerDefaults.Apply(spec.Array("initContainers"), hostNetwork);
        ContainerDefaults.Apply(spec.Array("ephemeralContainers"), false);
        VolumeDefaults.Apply(spec.Array("volumes"));
        spec.Default("restartPolicy", "Always");
        spec.Default("terminationGracePeriodSeconds", 30);
        spec.Default("dnsPolicy", "ClusterFirst");
        spec.Child("securityContext");
        spec.Default("schedulerName", SchedulerOptions.DefaultName);
        Account(spec);
    }

    /// <summary>A template's spec; without a template there is nothing to fill, and validation says what is missing.</summary>
    public static void ApplyToTemplate(JsonObject spec)
    {
        if (spec.Object("template") is { } template)
        {
            Apply(template.Child("spec"));
        }
    }

    /// <summary>The deprecated field and its successor say the same.</summary>
    private static void Account(JsonObject spec)
    {
        if (spec.Text("serviceAccountName") is { Length: > 0 } name)
        {
            spec["serviceAccount"] = name;
        }
        else if (spec.Text("serviceAccount") is { Length: > 0 } old)
        {
            spec["serviceAccountName"] = old;
        }
    }
}
