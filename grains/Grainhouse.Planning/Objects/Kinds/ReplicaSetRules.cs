using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning.Documents;
using Grainhouse.Planning.Objects.Defaults;
using Grainhouse.Planning.Objects.Validation;

namespace Grainhouse.Planning.Objects.Kinds;

/// <summary>Replica sets.</summary>
internal sealed class ReplicaSetRules : KindRules
{
    public override void Default(JsonObject root) => WorkloadDefaults.ReplicaSet(root.Child("spec"));

    public override void PrepareCreate(JsonObject root, ObjectKey key) => root["status"] = new JsonObject { ["replicas"] = 0L };

    public override void Validate(JsonObject root, FieldErrors errors) => TemplateRules.Validate(root.Child("spec"), "replicaset", "ReplicaSet", errors);

    public override void ValidateUpdate(JsonObject root, JsonObject old, FieldErrors errors) =>
        TemplateRules.ValidateUpdate(root.Child("spec"), old.Child("spec"), errors);
}
