using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning.Documents;

namespace Grainhouse.Planning.Deployments;

/// <summary>A Deployment and its ReplicaSets while a plan is made: what the steps of the decision read and change.</summary>
internal sealed class Rollout
{
    private readonly ImmutableArray<ReconcileAction>.Builder deletions = ImmutableArray.CreateBuilder<ReconcileAction>();
    private readonly List<ReplicaSetEdit> own;

    public Rollout(DeploymentInput input)
    {
        Input = input;
        Deployment = input.Deployment;
        Document = Deployment.ToMutable();
        Spec = new DeploymentSpec(Document);
        Status = new DeploymentStatus(Document.Object("status"));
        own = ReplicaSetClaims.Claim(input, Spec);
        Template = CanonicalTemplate.Of(Deployment);
        own.Sort(static (one, other) => ByAge(one, other));
        New = own.Find(replicaSet => replicaSet.HasTemplate(Template));
        Old = own.Where(replicaSet => replicaSet != New).ToList();
    }

    public DeploymentInput Input { get; }

    public KubeObject Deployment { get; }

    /// <summary>The Deployment's document; the plan changes its status and its revision.</summary>
    public JsonObject Document { get; }

    public DeploymentSpec Spec { get; }

    public DeploymentStatus Status { get; }

    /// <summary>The template in canonical form.</summary>
    public byte[] Template { get; }

    /// <summary>The ReplicaSet of the present template; null if there is none.</summary>
    public ReplicaSetEdit? New { get; private set; }

    /// <summary>The others, oldest first.</summary>
    public List<ReplicaSetEdit> Old { get; }

    public DateTimeOffset Now => Input.Now;

    /// <summary>All, oldest first.</summary>
    public IEnumerable<ReplicaSetEdit> All => New is null ? Old : Old.Append(New);

    /// <summary>Takes a ReplicaSet that the plan makes as the new one.</summary>
    public void Begin(ReplicaSetEdit made) => New = made;

    /// <summary>Changes a ReplicaSet's size, and what it remembers of the Deployment's.</summary>
    public void Scale(ReplicaSetEdit replicaSet, int replicas)
    {
        var remembers = replicaSet.Annotate(DeploymentAnnotations.DesiredReplicas, $"{Spec.Replicas}");
        remembers |= replicaSet.Annotate(DeploymentAnnotations.MaxReplicas, $"{Spec.Replicas + Spec.MaxSurge}");
        if (remembers || replicaSet.Replicas != replicas)
        {
            replicaSet.SetReplicas(replicas);
        }
    }

    public void Delete(ReplicaSetEdit replicaSet)
    {
        var uid = replicaSet.Stored!.Header.Uid;
        deletions.Add(new ReconcileAction.Delete(replicaSet.Key, uid, new Interfaces.Grains.DeletionOptions { Uid = uid }));
    }

    /// <summary>What the steps have changed: the new ReplicaSet first, then the old ones, then what is cleaned up.</summary>
    public IEnumerable<ReconcileAction> Actions()
    {
        foreach (var replicaSet in All.Reverse())
        {
            if (replicaSet.Stored is null)
            {
                yield return new ReconcileAction.Create(replicaSet.Key, replicaSet.Document)
                {
                    Done = Scaled(replicaSet),
                    Failed = Event("Warning", ProgressReasons.CreateError, $"Failed to create new replica set \"{replicaSet.Name}\": "),
                };
            }
            else if (replicaSet.HasChanged)
            {
                yield return new ReconcileAction.Replace(replicaSet.Key, replicaSet.Stored.Revision, replicaSet.Document) { Done = Scaled(replicaSet) };
            }
        }

        foreach (var deletion in deletions)
        {
            yield return deletion;
        }
    }

    private EventDraft? Scaled(ReplicaSetEdit replicaSet)
    {
        var (from, to) = (replicaSet.StoredReplicas, replicaSet.Replicas);
        return from == to ? null
            : Event("Normal", "ScalingReplicaSet", $"Scaled {(to > from ? "up" : "down")} replica set {replicaSet.Name} from {from} to {to}");
    }

    private EventDraft Event(string type, string reason, string message) =>
        new(Deployment.Key, Deployment.Header.Uid, "", "deployment-controller", type, reason, message);

    private static int ByAge(ReplicaSetEdit one, ReplicaSetEdit other)
    {
        var order = one.Created.CompareTo(other.Created);
        return order != 0 ? order : string.CompareOrdinal(one.Name, other.Name);
    }
}
