using System.Text.Json.Nodes;
using Grainhouse.Planning.Documents;
using Grainhouse.Planning.Objects.Validation;

namespace Grainhouse.Planning.Objects.Kinds;

/// <summary>CSI nodes: which drivers a node has.</summary>
internal sealed class CsiNodeRules : KindRules
{
    public override void Validate(JsonObject root, FieldErrors errors)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (i, driver) in root.Object("spec").Items("drivers"))
        {
            var path = FieldPath.Spec.Child("drivers").Index(i);
            foreach (var name in (ReadOnlySpan<string>)["name", "nodeID"])
            {
                if (string.IsNullOrEmpty(driver.Text(name)))
                {
                    errors.Required(path.Child(name));
                }
            }

            if (driver.Text("name") is { Length: > 0 } taken && !names.Add(taken))
            {
                errors.Duplicate(path.Child("name"), taken);
            }
        }
    }
}
