using System.Text.Json.Nodes;
using Grainhouse.Planning.Documents;
using Grainhouse.Planning.Objects.Validation;

namespace Grainhouse.Planning.Objects.Kinds;

/// <summary>Events: own nothing, are owned by nothing.</summary>
internal sealed class EventRules : KindRules
{
    public override bool Collected => false;

    public override void Validate(JsonObject root, FieldErrors errors)
    {
        var about = root.Object("involvedObject").Text("namespace") ?? "";
        var own = root.Object("metadata").Text("namespace") ?? "";

        // An event about an object without a namespace lies in "default".
        if (about != own && !(about.Length == 0 && own == "default"))
        {
            errors.Invalid(FieldPath.Root("involvedObject").Child("namespace"), about, "does not match event.namespace");
        }
    }
}
