using Grainhouse.Interfaces.Objects;
using Grainhouse.Interfaces.Storage;
using Grainhouse.Planning.Documents;

namespace Grainhouse.Planning.Disruptions;

/// <summary>How many pods whoever controls a pod asks for in all: the denominator of a budget's percentages.</summary>
/// <param name="Uid">The uid of the object whose scale it is; empty with an error.</param>
/// <param name="Replicas">What it asks for.</param>
/// <param name="Error">Why it cannot be told, in upstream's words; null if it can.</param>
public sealed record PodScale(string Uid, int Replicas, string? Error = null)
{
    private static readonly Func<KubeObject, DesiredReplicas> Reader =
        static owner => new DesiredReplicas(owner.ToMutable().Object("spec").Int("replicas", 1));

    /// <summary>Looks for it in the cache: for a ReplicaSet that is a Deployment's it is the Deployment that counts.</summary>
    public static PodScale Find(IObjectCache cache, KubeObject pod, OwnerReference controller)
    {
        var error = new PodScale("", 0, $"found no controllers for pod \"{pod.Key.Name}\"");
        if (OwnerReferences.KeyOf(controller, pod.Key.Namespace) is not { } key)
        {
            return error;
        }

        if (ResourceCatalog.Find(key.Resource) is not { } kind || !kind.Subresources.Contains("scale"))
        {
            return error with { Error = $"{key.Resource} does not implement the scale subresource" };
        }

        if (cache.Get(key) is not { } owner || owner.Header.Uid != controller.Uid)
        {
            return error;
        }

        if (kind == ResourceCatalog.ReplicaSets && owner.Header.Controller is { Kind: "Deployment" } above)
        {
            return cache.Get(ResourceCatalog.Deployments.Key(key.Namespace, above.Name)) is { } deployment && deployment.Header.Uid == above.Uid
                ? Of(deployment)
                : error;
        }

        return Of(owner);
    }

    private static PodScale Of(KubeObject owner) => new(owner.Header.Uid, owner.View(Reader).Value);

    private sealed record DesiredReplicas(int Value);
}
