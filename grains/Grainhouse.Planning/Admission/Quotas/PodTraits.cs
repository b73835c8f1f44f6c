using System.Text.Json.Nodes;
using Grainhouse.Planning.Documents;
using Grainhouse.Planning.Objects.Defaults;

namespace Grainhouse.Planning.Admission.Quotas;

/// <summary>What the scopes of a quota ask of a pod.</summary>
/// <param name="BestEffort">Whether it asks for no CPU and no memory at all.</param>
/// <param name="Terminating">Whether it has an <c>activeDeadlineSeconds</c>.</param>
/// <param name="CrossNamespaceAffinity">Whether an affinity term of it looks at other namespaces.</param>
/// <param name="PriorityClass">Its <c>priorityClassName</c>; empty for none.</param>
internal sealed record PodTraits(bool BestEffort, bool Terminating, bool CrossNamespaceAffinity, string PriorityClass)
{
    public static PodTraits Of(JsonObject pod)
    {
        var spec = pod.Object("spec");
        return new PodTraits(
            QualityOfService.Of(spec) == "BestEffort",
            spec.Number("activeDeadlineSeconds") >= 0,
            LooksAtOtherNamespaces(spec.Object("affinity")),
            spec.Text("priorityClassName") ?? "");
    }

    /// <summary>Whether a scope covers the pod.</summary>
    public bool IsIn(QuotaScope scope) => scope.Name switch
    {
        "BestEffort" => BestEffort,
        "NotBestEffort" => !BestEffort,
        "Terminating" => Terminating,
        "NotTerminating" => !Terminating,
        "CrossNamespacePodAffinity" => CrossNamespaceAffinity,
        "PriorityClass" => scope.Operator switch
        {
            "Exists" => PriorityClass.Length > 0,
            "DoesNotExist" => PriorityClass.Length == 0,
            "In" => PriorityClass.Length > 0 && scope.Values.Contains(PriorityClass),
            "NotIn" => !scope.Values.Contains(PriorityClass),
            _ => false,
        },
        _ => false,
    };

    private static bool LooksAtOtherNamespaces(JsonObject? affinity)
    {
        foreach (var kind in (ReadOnlySpan<string>)["podAffinity", "podAntiAffinity"])
        {
            var terms = affinity.Object(kind).Items("requiredDuringSchedulingIgnoredDuringExecution").Select(entry => entry.Item)
                .Concat(affinity.Object(kind).Items("preferredDuringSchedulingIgnoredDuringExecution").Select(entry => entry.Item.Object("podAffinityTerm")).OfType<JsonObject>());
            if (terms.Any(term => term.Array("namespaces") is { Count: > 0 } || term.Has("namespaceSelector")))
            {
                return true;
            }
        }

        return false;
    }
}
