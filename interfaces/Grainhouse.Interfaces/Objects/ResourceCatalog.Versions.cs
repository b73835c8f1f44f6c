using System.Collections.Immutable;

namespace Grainhouse.Interfaces.Objects;

/// <content>Versions that are served beside the one that objects are stored in.</content>
public static partial class ResourceCatalog
{
    /// <summary>autoscaling/v1 HorizontalPodAutoscaler.</summary>
    public static ResourceDescriptor HorizontalPodAutoscalersV1 => Beside.HorizontalPodAutoscalersV1;

    /// <summary>events.k8s.io/v1 Event.</summary>
    public static ResourceDescriptor EventsV1 => Beside.EventsV1;

    /// <summary>policy/v1beta1 PodDisruptionBudget.</summary>
    public static ResourceDescriptor PodDisruptionBudgetsV1Beta1 => Beside.PodDisruptionBudgetsV1Beta1;

    private static ImmutableArray<ResourceDescriptor> OtherVersions =>
        [Beside.HorizontalPodAutoscalersV1, Beside.CronJobsV1Beta1, Beside.EventsV1, Beside.PodDisruptionBudgetsV1Beta1];

    /// <summary>In a class of its own, so that it is made when the kinds of all files are there.</summary>
    private static class Beside
    {
        public static readonly ResourceDescriptor HorizontalPodAutoscalersV1 = Of(HorizontalPodAutoscalers, "autoscaling", "v1");

        public static readonly ResourceDescriptor EventsV1 = Of(Events, "events.k8s.io", "v1");

        // For clients from before 1.21.
        public static readonly ResourceDescriptor CronJobsV1Beta1 = Of(CronJobs, "batch", "v1beta1") with
        {
            Deprecation = "batch/v1beta1 CronJob is deprecated in v1.21+, unavailable in v1.25+; use batch/v1 CronJob",
        };

        public static readonly ResourceDescriptor PodDisruptionBudgetsV1Beta1 = Of(PodDisruptionBudgets, "policy", "v1beta1") with
        {
            Deprecation = "policy/v1beta1 PodDisruptionBudget is deprecated in v1.21+, unavailable in v1.25+; use policy/v1 PodDisruptionBudget",
        };

        private static ResourceDescriptor Of(ResourceDescriptor stored, string group, string version) =>
            new(group, version, stored.Kind, stored.Plural, stored.Namespaced)
            {
                ShortNames = stored.ShortNames,
                Categories = stored.Categories,
                Subresources = stored.Subresources,
                Verbs = stored.Verbs,
                HasGeneration = stored.HasGeneration,
                StoredAs = stored,
            };
    }
}
