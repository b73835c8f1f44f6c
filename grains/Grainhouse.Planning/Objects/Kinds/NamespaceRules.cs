using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning.Documents;
using Grainhouse.Planning.Objects.Validation;

namespace Grainhouse.Planning.Objects.Kinds;

/// <summary>Namespaces: a finalizer in <c>spec</c> keeps a deleted one until its content is gone.</summary>
internal sealed class NamespaceRules : KindRules
{
    /// <summary>The label that selects a namespace by its name.</summary>
    public const string NameLabel = "kubernetes.io/metadata.name";

    public override void ValidateName(FieldPath path, string name, FieldErrors errors) => NameRules.Label(path, name, errors);

    public override void Default(JsonObject root)
    {
        var metadata = root.Child("metadata");
        if (metadata.Text("name") is { Length: > 0 } name)
        {
            metadata.Child("labels")[NameLabel] = name;
        }
    }

    public override void PrepareCreate(JsonObject root, ObjectKey key)
    {
        var spec = root.Child("spec");
        if (spec.Array("finalizers") is not { } finalizers)
        {
            spec["finalizers"] = new JsonArray("kubernetes");
        }
        else if (!finalizers.Any(item => item.Text() == "kubernetes"))
        {
            finalizers.Add("kubernetes");
        }

        root["status"] = new JsonObject { ["phase"] = "Active" };
    }

    public override void PrepareUpdate(JsonObject root, JsonObject old)
    {
        // Only the finalize subresource changes the finalizers.
        root.Child("spec").TakeFrom(old.Object("spec"), "finalizers");
    }
}
