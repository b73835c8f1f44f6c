using System.Text.Json.Nodes;
using Grainhouse.Planning.Documents;
using Grainhouse.Planning.Objects.Defaults;

namespace Grainhouse.Planning.Objects.Defaults;

/// <summary>Defaults of jobs. After pkg/apis/batch/v1 and the job strategy's generated selector.</summary>
internal static class JobDefaults
{
    private const string Prefix = "batch.kubernetes.io/";

    public static void Apply(JsonObject spec)
    {
        if (!spec.Has("completions") && !spec.Has("parallelism"))
        {
            spec["completions"] = 1L;
        }

        spec.Default("parallelism", 1);
        spec.Default("backoffLimit", spec.Has("backoffLimitPerIndex") ? int.MaxValue : 6);
        spec.Default("completionMode", "NonIndexed");
        spec.Default("suspend", false);
        spec.Default("manualSelector", false);
        spec.Default("podReplacementPolicy", spec.Has("podFailurePolicy") ? "Failed" : "TerminatingOrFailed");
        foreach (var (_, rule) in spec.Object("podFailurePolicy").Items("rules"))
        {
            foreach (var (_, pattern) in rule.Items("onPodConditions"))
            {
                pattern.Default("status", "True");
            }
        }

        PodSpecDefaults.ApplyToTemplate(spec);
    }

    /// <summary>Labels the job's pods with its name and uid, and selects them by the uid.</summary>
    public static void Identity(JsonObject spec, string name, string uid)
    {
        var labels = spec.Child("template").Child("metadata").Child("labels");
        labels.Default("controller-uid", uid);
        labels.Default(Prefix + "controller-uid", uid);
        labels.Default("job-name", name);
        labels.Default(Prefix + "job-name", name);
        spec.Child("selector").Child("matchLabels").Default(Prefix + "controller-uid", uid);
    }
}
