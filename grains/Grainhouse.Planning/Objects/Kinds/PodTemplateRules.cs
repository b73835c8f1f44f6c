using System.Text.Json.Nodes;
using Grainhouse.Planning.Documents;
using Grainhouse.Planning.Objects.Defaults;
using Grainhouse.Planning.Objects.Validation;

namespace Grainhouse.Planning.Objects.Kinds;

/// <summary>Pod templates that stand alone.</summary>
internal sealed class PodTemplateRules : KindRules
{
    public override string DesiredPart => "template";

    public override void Default(JsonObject root) => PodSpecDefaults.ApplyToTemplate(root);

    public override void Validate(JsonObject root, FieldErrors errors) => TemplateRules.Any(root.Object("template"), FieldPath.Root("template"), errors);
}
