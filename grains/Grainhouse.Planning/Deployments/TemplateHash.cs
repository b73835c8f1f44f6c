using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning.Documents;

namespace Grainhouse.Planning.Deployments;

/// <summary>The <c>pod-template-hash</c>: what a ReplicaSet of a template is named and its pods are labelled with.</summary>
internal static class TemplateHash
{
    /// <summary>The hash of a canonical template; another for each collision that was met.</summary>
    public static string Of(byte[] canonicalTemplate, int? collisionCount)
    {
        var hash = new Fnv();
        hash.Add(canonicalTemplate);
        if (collisionCount is { } count)
        {
            hash.Add(count);
        }

        return SafeNames.Encode(hash.Value);
    }

    /// <summary>The name that a new ReplicaSet of a Deployment's template gets.</summary>
    public static string NameOf(KubeObject deployment, int? collisionCount) =>
        $"{deployment.Key.Name}-{Of(CanonicalTemplate.Of(deployment), collisionCount)}";
}
