using System.Text.Json.Nodes;
using Grainhouse.Planning.Documents;
using Grainhouse.Planning.Objects.Validation;

namespace Grainhouse.Planning.Objects.Kinds;

/// <summary>Priority classes: the greatest numbers are the system's.</summary>
internal sealed class PriorityClassRules : KindRules
{
    private const string SystemPrefix = "system-";
    private const long MostOfUsers = 1_000_000_000;

    private static readonly string[] Policies = ["Never", "PreemptLowerPriority"];

    // Upstream's SystemPriorityClasses.
    private static readonly Dictionary<string, long> Known =
        new(StringComparer.Ordinal) { ["system-cluster-critical"] = 2_000_000_000, ["system-node-critical"] = 2_000_001_000 };

    public override string DesiredPart => "value";

    public override void Default(JsonObject root)
    {
        root.Default("value", 0);
        root.Default("preemptionPolicy", "PreemptLowerPriority");
    }

    public override void Validate(JsonObject root, FieldErrors errors)
    {
        var name = root.Child("metadata").Text("name") ?? "";
        var value = root.Number("value") ?? 0;
        if (name.StartsWith(SystemPrefix, StringComparison.Ordinal))
        {
            if (!Known.TryGetValue(name, out var known) || known != value || root.Flag("globalDefault"))
            {
                errors.Forbidden(
                    FieldPath.Metadata.Child("name"),
                    $"priority class names with '{SystemPrefix}' prefix are reserved for system use only. error: {name} is not a known system priority class");
            }
        }
        else if (value > MostOfUsers)
        {
            errors.Forbidden(FieldPath.Root("value"), $"maximum allowed value of a user defined priority is {MostOfUsers}");
        }

        if (root.Text("preemptionPolicy") is { } policy && !Policies.Contains(policy))
        {
            errors.NotSupported(FieldPath.Root("preemptionPolicy"), policy, Policies);
        }
    }

    public override void ValidateUpdate(JsonObject root, JsonObject old, FieldErrors errors)
    {
        ChangeRules.Forbidden(root, old, "value", "may not be changed in an update.", errors);
        ChangeRules.Immutable(root, old, "preemptionPolicy", null, errors);
    }
}
