using System.Text.Json.Nodes;
using Grainhouse.Planning.Objects.Validation;

namespace Grainhouse.Planning.Objects.Kinds;

/// <summary>Config maps.</summary>
internal sealed class ConfigMapRules : KindRules
{
    public override void Validate(JsonObject root, FieldErrors errors) => DataRules.ConfigMap(root, errors);

    public override void ValidateUpdate(JsonObject root, JsonObject old, FieldErrors errors) => DataRules.ValidateUpdate(root, old, errors);
}
