using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Objects;

namespace Grainhouse.Planning.Documents;

/// <summary>Writes <c>metadata.ownerReferences</c>.</summary>
public static class OwnerReferences
{
    /// <summary>The reference of a controller to itself.</summary>
    public static JsonObject Controller(ResourceDescriptor kind, string name, string uid) => new()
    {
        ["apiVersion"] = kind.ApiVersion,
        ["kind"] = kind.Kind,
        ["name"] = name,
        ["uid"] = uid,
        ["controller"] = true,
        ["blockOwnerDeletion"] = true,
    };

    /// <summary>The key of the object that a reference names, for a dependent in a namespace; null if its kind is not served.</summary>
    public static ObjectKey? KeyOf(OwnerReference owner, string @namespace) =>
        ResourceCatalog.FindKind(owner.ApiVersion, owner.Kind)?.Key(@namespace, owner.Name);

    /// <summary>Adds a reference.</summary>
    public static void Add(JsonObject document, JsonObject reference)
    {
        var metadata = document.Child("metadata");
        if (metadata["ownerReferences"] is not JsonArray owners)
        {
            owners = [];
            metadata["ownerReferences"] = owners;
        }

        owners.Add(reference);
    }

    /// <summary>Removes the references to a uid.</summary>
    public static void Remove(JsonObject document, string uid)
    {
        var metadata = document.Child("metadata");
        if (metadata["ownerReferences"] is not JsonArray owners)
        {
            return;
        }

        for (var i = owners.Count - 1; i >= 0; i--)
        {
            if ((owners[i] as JsonObject).Text("uid") == uid)
            {
                owners.RemoveAt(i);
            }
        }

        if (owners.Count == 0)
        {
            metadata.Remove("ownerReferences");
        }
    }
}
