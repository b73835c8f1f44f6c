using System.Text.Json;
using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning.Documents;

namespace Grainhouse.Planning.ReplicaSets;

/// <summary>What controllers look at in a ReplicaSet, read once per revision.</summary>
public sealed class ReplicaSetView
{
    private static readonly Func<KubeObject, ReplicaSetView> Reader = replicaSet => new ReplicaSetView(replicaSet);

    private ReplicaSetView(KubeObject replicaSet)
    {
        Object = replicaSet;
        using var parsed = JsonDocument.Parse(replicaSet.Document);
        var root = JsonObject.Create(parsed.RootElement)!;
        var spec = root.Object("spec");
        Replicas = spec.Int("replicas", 1);
        MinReadySeconds = spec.Int("minReadySeconds");
        Selector = LabelSelector.FromJson(spec.Object("selector"));
        if (parsed.RootElement.TryGetProperty("spec", out var element) && element.ValueKind == JsonValueKind.Object
            && element.TryGetProperty("template", out var template) && template.ValueKind == JsonValueKind.Object)
        {
            Template = template.Clone();
        }

        var status = root.Object("status");
        ObservedGeneration = status.Number("observedGeneration") ?? 0;
        ActualReplicas = status.Int("replicas");
        ReadyReplicas = status.Int("readyReplicas");
        AvailableReplicas = status.Int("availableReplicas");
        Failure = ConditionList.Find(status.Array("conditions"), "ReplicaFailure") is { } failure && failure.Text("status") == "True"
            ? new ReplicaFailure(failure.Text("reason") ?? "", failure.Text("message") ?? "")
            : null;
    }

    /// <summary>The ReplicaSet.</summary>
    public KubeObject Object { get; }

    /// <summary><c>spec.replicas</c>, 1 if absent.</summary>
    public int Replicas { get; }

    /// <summary><c>spec.minReadySeconds</c>.</summary>
    public int MinReadySeconds { get; }

    /// <summary><c>spec.selector</c>.</summary>
    public LabelSelector Selector { get; }

    /// <summary><c>spec.template</c>; undefined if absent.</summary>
    public JsonElement Template { get; }

    /// <summary><c>status.observedGeneration</c>.</summary>
    public long ObservedGeneration { get; }

    /// <summary><c>status.replicas</c>: the pods that there were when the status was written.</summary>
    public int ActualReplicas { get; }

    /// <summary><c>status.readyReplicas</c>.</summary>
    public int ReadyReplicas { get; }

    /// <summary><c>status.availableReplicas</c>.</summary>
    public int AvailableReplicas { get; }

    /// <summary>Why pods cannot be made; null if they can.</summary>
    public ReplicaFailure? Failure { get; }

    /// <summary>
    /// Whether the status was written with the present spec in view. Until then pods may be coming or going
    /// under the spec before this one, and the counts say nothing of them.
    /// </summary>
    public bool Settled => Object.Header.Generation <= 1 || ObservedGeneration >= Object.Header.Generation;

    /// <summary>The view of a ReplicaSet, made on first use.</summary>
    public static ReplicaSetView Of(KubeObject replicaSet) => replicaSet.View(Reader);
}

/// <summary>The ReplicaFailure condition of a ReplicaSet.</summary>
public sealed record ReplicaFailure(string Reason, string Message);
