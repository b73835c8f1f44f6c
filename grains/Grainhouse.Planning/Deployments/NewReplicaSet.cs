using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning.Documents;
using Grainhouse.Planning.Pods;

namespace Grainhouse.Planning.Deployments;

/// <summary>Finds or makes the ReplicaSet of the present template, and gives it the newest revision.</summary>
internal static class NewReplicaSet
{
    /// <summary>Brings an existing one up to date: a template that is used again becomes the newest revision.</summary>
    public static void Sync(Rollout rollout)
    {
        if (rollout.New is not { } current)
        {
            return;
        }

        PassOnAnnotations(rollout, current);
        SetRevision(current, NextRevision(rollout));
        current.SetMinReadySeconds(rollout.Spec.MinReadySeconds);
        if (rollout.Spec.HasProgressDeadline && rollout.Status.Progressing is null)
        {
            rollout.Status.SetProgressing("True", ProgressReasons.Found, $"Found new replica set \"{current.Name}\"", rollout.Now);
        }
    }

    /// <summary>Makes it. Returns false if it cannot be made now: its name is taken (the next try has another), or it was refused just now.</summary>
    public static bool Create(Rollout rollout)
    {
        var spec = rollout.Spec;
        var hash = TemplateHash.Of(rollout.Template, spec.CollisionCount);
        var key = ResourceCatalog.ReplicaSets.Key(rollout.Deployment.Key.Namespace, $"{spec.Name}-{hash}");
        if (rollout.Input.ReplicaSets.Any(replicaSet => replicaSet.Key == key))
        {
            rollout.Status.CollisionCount = (spec.CollisionCount ?? 0) + 1;
            return false;
        }

        if (rollout.Input.Failure is { } failure && failure.RetryAt > rollout.Now)
        {
            if (spec.HasProgressDeadline)
            {
                var message = $"Failed to create new replica set \"{key.Name}\": {failure.Error.Message}";
                rollout.Status.SetProgressing("False", ProgressReasons.CreateError, message, failure.At);
            }

            return false;
        }

        var made = new ReplicaSetEdit(key, Document(rollout, key, hash));
        SetRevision(made, NextRevision(rollout));
        PassOnAnnotations(rollout, made);
        rollout.Begin(made);
        rollout.Scale(made, RollingUpdate.NewReplicas(rollout, made));
        if (spec.HasProgressDeadline)
        {
            rollout.Status.SetProgressing("True", ProgressReasons.Created, $"Created new replica set \"{key.Name}\"", rollout.Now);
        }

        return true;
    }

    private static JsonObject Document(Rollout rollout, ObjectKey key, string hash)
    {
        var spec = rollout.Spec;
        var template = spec.Template.DeepClone().AsObject();
        template.Child("metadata").Child("labels")[WellKnownLabels.TemplateHash] = hash;
        var selector = spec.SelectorNode?.DeepClone().AsObject() ?? [];
        selector.Child("matchLabels")[WellKnownLabels.TemplateHash] = hash;
        var body = new JsonObject { ["replicas"] = 0 };
        body.SetOrOmit("minReadySeconds", spec.MinReadySeconds);
        body["selector"] = selector;
        body["template"] = template;
        return new JsonObject
        {
            ["apiVersion"] = ResourceCatalog.ReplicaSets.ApiVersion,
            ["kind"] = ResourceCatalog.ReplicaSets.Kind,
            ["metadata"] = new JsonObject
            {
                ["name"] = key.Name,
                ["namespace"] = key.Namespace,
                ["labels"] = template.Child("metadata").Child("labels").DeepClone(),
                ["ownerReferences"] = new JsonArray(
                    OwnerReferences.Controller(ResourceCatalog.Deployments, spec.Name, rollout.Deployment.Header.Uid)),
            },
            ["spec"] = body,
        };
    }

    private static long NextRevision(Rollout rollout)
    {
        long newest = 0;
        foreach (var old in rollout.Old)
        {
            newest = Math.Max(newest, old.Revision);
        }

        return newest + 1;
    }

    private static void PassOnAnnotations(Rollout rollout, ReplicaSetEdit replicaSet)
    {
        foreach (var (name, value) in rollout.Deployment.Header.Annotations)
        {
            if (DeploymentAnnotations.IsPassedOn(name))
            {
                replicaSet.Annotate(name, value);
            }
        }
    }

    private static void SetRevision(ReplicaSetEdit replicaSet, long revision)
    {
        var before = replicaSet.Annotation(DeploymentAnnotations.Revision);
        if (replicaSet.Revision >= revision)
        {
            return;
        }

        replicaSet.Annotate(DeploymentAnnotations.Revision, $"{revision}");
        if (!string.IsNullOrEmpty(before))
        {
            var past = replicaSet.Annotation(DeploymentAnnotations.RevisionHistory);
            replicaSet.Annotate(DeploymentAnnotations.RevisionHistory, string.IsNullOrEmpty(past) ? before : Bounded($"{past},{before}"));
        }
    }

    /// <summary>Drops the oldest revisions of a history that has grown too long.</summary>
    private static string Bounded(string history)
    {
        while (history.Length > DeploymentAnnotations.MaxHistoryLength && history.IndexOf(',', StringComparison.Ordinal) is > 0 and var comma)
        {
            history = history[(comma + 1)..];
        }

        return history;
    }
}
