using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Grains;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning.Documents;

namespace Grainhouse.Planning.Namespaces;

/// <summary>Deletes all that is in a Namespace, says what remains, and lets it go when nothing does.</summary>
internal static class NamespaceDeletion
{
    /// <summary>The most objects that one plan deletes; the rest follows at once.</summary>
    private const int Burst = 500;

    private const string Finalizer = "kubernetes";

    public static ReconcilePlan Decide(NamespaceInput input)
    {
        if (input.Content.Count == 0)
        {
            return Finalized(input.Namespace) is { } finalized ? new ReconcilePlan([finalized]) : ReconcilePlan.Nothing;
        }

        var actions = ImmutableArray.CreateBuilder<ReconcileAction>();
        var left = 0;
        foreach (var item in input.Content)
        {
            if (item.Header.DeletionTimestamp is not null)
            {
                continue;
            }

            if (actions.Count < Burst)
            {
                var options = new DeletionOptions { Uid = item.Header.Uid, Propagation = DeletionPropagation.Background };
                actions.Add(new ReconcileAction.Delete(item.Key, item.Header.Uid, options));
            }
            else
            {
                left++;
            }
        }

        if (Status(input) is { } status)
        {
            actions.Add(status);
        }

        return new ReconcilePlan(actions.ToImmutable(), left > 0 ? input.Now : null);
    }

    private static ReconcileAction.Replace? Finalized(KubeObject @namespace)
    {
        var document = @namespace.ToMutable();
        if (document.Object("spec").Array("finalizers") is not { } finalizers)
        {
            return null;
        }

        var kept = new JsonArray([.. finalizers.Where(item => (string?)item != Finalizer).Select(item => item?.DeepClone())]);
        if (kept.Count == finalizers.Count)
        {
            return null;
        }

        document.Child("spec")["finalizers"] = kept;
        return new ReconcileAction.Replace(@namespace.Key, @namespace.Revision, document, "finalize");
    }

    private static ReconcileAction.Replace? Status(NamespaceInput input)
    {
        var document = input.Namespace.ToMutable();
        var status = document.Child("status");
        var before = status.DeepClone();
        status["phase"] = "Terminating";
        if (status["conditions"] is not JsonArray conditions)
        {
            conditions = [];
            status["conditions"] = conditions;
        }

        void Set(string type, bool holds, string reason, string message) =>
            ConditionList.Set(conditions, type, holds ? "True" : "False", reason, message, input.Now);

        Set("NamespaceDeletionDiscoveryFailure", false, "ResourcesDiscovered", "All resources successfully discovered");
        Set("NamespaceDeletionGroupVersionParsingFailure", false, "ParsedGroupVersions", "All legacy kube types successfully parsed");
        Set("NamespaceDeletionContentFailure", false, "ContentDeleted", "All content successfully deleted, may be waiting on finalization");
        Replace(conditions, "NamespaceContentRemaining", "SomeResourcesRemain", $"Some resources are remaining: {Remaining(input)}", input.Now);
        if (Finalizers(input) is { Length: > 0 } finalizers)
        {
            var message = $"Some content in the namespace has finalizers remaining: {finalizers}";
            Replace(conditions, "NamespaceFinalizersRemaining", "SomeFinalizersRemain", message, input.Now);
        }
        else
        {
            Set("NamespaceFinalizersRemaining", false, "ContentHasNoFinalizers", "All content-preserving finalizers finished");
        }

        return JsonNode.DeepEquals(before, status) ? null : new ReconcileAction.Replace(input.Namespace.Key, input.Namespace.Revision, document, "status");
    }

    /// <summary>Sets a condition that holds, whose message may change while it does.</summary>
    private static void Replace(JsonArray conditions, string type, string reason, string message, DateTimeOffset now)
    {
        ConditionList.Set(conditions, type, "True", reason, message, now);
        ConditionList.Find(conditions, type)!["message"] = message;
    }

    private static string Remaining(NamespaceInput input) => string.Join(", ", input.Content
        .GroupBy(item => item.Key.Resource, StringComparer.Ordinal)
        .OrderBy(group => group.Key, StringComparer.Ordinal)
        .Select(group => $"{(group.Key.Contains('.', StringComparison.Ordinal) ? group.Key : group.Key + ".")} has {group.Count()} resource instances"));

    private static string Finalizers(NamespaceInput input) => string.Join(", ", input.Content
        .SelectMany(item => item.Header.Finalizers)
        .GroupBy(finalizer => finalizer, StringComparer.Ordinal)
        .OrderBy(group => group.Key, StringComparer.Ordinal)
        .Select(group => $"{group.Key} in {group.Count()} resource instances"));
}
