using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Grains;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning.Documents;
using Grainhouse.Planning.Objects.Json;

namespace Grainhouse.Planning.Objects.Writes;

/// <summary>The deletion of a pod by the Eviction API: whoever watches the pod sees from the condition that it was no failure.</summary>
internal static class Eviction
{
    public static WriteDecision Decide(ResourceDescriptor resource, KubeObject current, DeletionOptions options, RuleContext context)
    {
        var decision = Deletion.Decide(resource, current, options, context);
        return decision is WriteDecision.Commit marked && current.Header.DeletionTimestamp is null
            ? marked with { Object = WithCondition(resource, marked.Object, context.Now) }
            : decision;
    }

    private static KubeObject WithCondition(ResourceDescriptor resource, KubeObject pod, DateTimeOffset now)
    {
        var root = pod.ToTree(resource, out var managedFields);
        var status = root.Child("status");
        if (status.Array("conditions") is not { } conditions)
        {
            status["conditions"] = conditions = [];
        }

        ConditionList.Set(conditions, "DisruptionTarget", "True", "EvictionByEvictionAPI", "Eviction API: evicting", now);
        return root.ToObject(pod.Key, managedFields);
    }
}
