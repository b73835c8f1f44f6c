using System.Text.Json.Nodes;
using Grainhouse.Planning.Documents;
using Grainhouse.Planning.Objects.Validation;

namespace Grainhouse.Planning.Objects.Kinds;

/// <summary>Leases: who writes one must have seen the last, or two could hold it.</summary>
internal sealed class LeaseRules : KindRules
{
    public override bool NeedsRevision => true;

    public override void Validate(JsonObject root, FieldErrors errors)
    {
        NumberRules.Positive(root.Object("spec"), "leaseDurationSeconds", FieldPath.Spec, errors);
        NumberRules.NotNegative(root.Object("spec"), "leaseTransitions", FieldPath.Spec, errors);
    }
}
