using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning.Documents;

namespace Grainhouse.Planning.Volumes;

/// <summary>Names a storage class in claims that name none, as upstream's admission of that name does.</summary>
public static class DefaultStorageClass
{
    private const string IsDefault = "storageclass.kubernetes.io/is-default-class";
    private const string IsDefaultBeta = "storageclass.beta.kubernetes.io/is-default-class";
    private const string ClassBeta = "volume.beta.kubernetes.io/storage-class";

    /// <summary>The new claim with the default class; null if it says itself which class (the empty one counts), or if none is the default.</summary>
    /// <param name="claim">A claim that is made.</param>
    /// <param name="classes">All storage classes. Of several defaults the newest counts.</param>
    public static KubeObject? Admit(KubeObject claim, IEnumerable<KubeObject> classes)
    {
        if (claim.Header.Annotations.ContainsKey(ClassBeta) || claim.ToMutable() is not { } document || document.Object("spec").Text("storageClassName") is not null)
        {
            return null;
        }

        var chosen = classes
            .Where(item => item.Header.Annotations.GetValueOrDefault(IsDefault) == "true" || item.Header.Annotations.GetValueOrDefault(IsDefaultBeta) == "true")
            .OrderByDescending(item => item.Header.CreationTimestamp)
            .ThenBy(item => item.Key.Name, StringComparer.Ordinal)
            .FirstOrDefault();
        if (chosen is null)
        {
            return null;
        }

        document.Child("spec")["storageClassName"] = chosen.Key.Name;
        return KubeObject.From(claim.Key, 0, document);
    }
}
