using System.Globalization;
using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning.Documents;
using Grainhouse.Planning.ReplicaSets;

namespace Grainhouse.Planning.Deployments;

/// <summary>A ReplicaSet while a plan is made: as stored, or new, with the changes that the plan wants.</summary>
internal sealed class ReplicaSetEdit
{
    private readonly ReplicaSetView? view;
    private readonly int storedReplicas;
    private readonly bool settled;
    private JsonObject? document;
    private bool changed;

    /// <summary>One that is stored.</summary>
    public ReplicaSetEdit(KubeObject stored)
    {
        Stored = stored;
        Key = stored.Key;
        view = ReplicaSetView.Of(stored);
        settled = view.Settled;
        storedReplicas = Replicas = view.Replicas;
    }

    /// <summary>One that the plan makes.</summary>
    public ReplicaSetEdit(ObjectKey key, JsonObject document)
    {
        Key = key;
        this.document = document;
        settled = true;
    }

    public KubeObject? Stored { get; }

    public ObjectKey Key { get; }

    public string Name => Key.Name;

    /// <summary><c>spec.replicas</c> with the plan's change.</summary>
    public int Replicas { get; private set; }

    public int StoredReplicas => storedReplicas;

    /// <summary>Whether its controller has seen its present size; until then its counts do not hold.</summary>
    public bool Settled => settled;

    public int ActualReplicas => view?.ActualReplicas ?? 0;

    public int ReadyReplicas => view?.ReadyReplicas ?? 0;

    public int AvailableReplicas => view?.AvailableReplicas ?? 0;

    /// <summary>The pods that there may be: those wanted, or those that are still there from a greater size.</summary>
    public int Ceiling => Math.Max(Replicas, ActualReplicas);

    /// <summary>The pods that are available for sure: of those that were, no more than are wanted.</summary>
    public int Floor => Math.Min(Replicas, AvailableReplicas);

    public int MinReadySeconds => view?.MinReadySeconds ?? 0;

    public ReplicaFailure? Failure => view?.Failure;

    public bool Deleting => Stored?.Header.DeletionTimestamp is not null;

    public DateTimeOffset Created => Stored?.Header.CreationTimestamp ?? DateTimeOffset.MaxValue;

    public long Revision => long.TryParse(Annotation(DeploymentAnnotations.Revision), CultureInfo.InvariantCulture, out var revision) ? revision : 0;

    public bool HasChanged => changed;

    /// <summary>The document with the plan's changes.</summary>
    public JsonObject Document => document ??= Stored!.ToMutable();

    public string? Annotation(string name) => document is not null
        ? document.Object("metadata").Object("annotations").Text(name)
        : Stored!.Header.Annotations.GetValueOrDefault(name);

    public bool Annotate(string name, string value)
    {
        if (Annotation(name) == value)
        {
            return false;
        }

        Document.Child("metadata").Child("annotations")[name] = value;
        changed = true;
        return true;
    }

    public void SetReplicas(int replicas)
    {
        if (replicas != Replicas || Stored is null)
        {
            Replicas = replicas;
            Document.Child("spec")["replicas"] = replicas;
            changed = true;
        }
    }

    public void SetMinReadySeconds(int seconds)
    {
        if (MinReadySeconds != seconds)
        {
            Document.Child("spec").SetOrOmit("minReadySeconds", seconds);
            changed = true;
        }
    }

    public void Adopt(JsonObject reference)
    {
        OwnerReferences.Add(Document, reference);
        changed = true;
    }

    public bool HasTemplate(byte[] canonical) =>
        view is { Template.ValueKind: System.Text.Json.JsonValueKind.Object }
        && Stored!.View(CanonicalView.Read).Template.AsSpan().SequenceEqual(canonical);

    /// <summary>A stored ReplicaSet's template in canonical form, made once per revision.</summary>
    private sealed record CanonicalView(byte[] Template)
    {
        public static readonly Func<KubeObject, CanonicalView> Read =
            replicaSet => new CanonicalView(CanonicalTemplate.Write(JsonObject.Create(ReplicaSetView.Of(replicaSet).Template)!));
    }
}
