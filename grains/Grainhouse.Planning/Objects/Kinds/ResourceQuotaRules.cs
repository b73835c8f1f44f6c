using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning.Documents;
using Grainhouse.Planning.Objects.Validation;

namespace Grainhouse.Planning.Objects.Kinds;

/// <summary>Resource quotas.</summary>
internal sealed class ResourceQuotaRules : KindRules
{
    private static readonly string[] Scopes =
        ["BestEffort", "CrossNamespacePodAffinity", "NotBestEffort", "NotTerminating", "PriorityClass", "Terminating"];

    private static readonly string[] Standard =
    [
        "cpu", "memory", "ephemeral-storage", "requests.cpu", "requests.memory", "requests.storage", "requests.ephemeral-storage", "limits.cpu",
        "limits.memory", "limits.ephemeral-storage", "pods", "resourcequotas", "services", "replicationcontrollers", "secrets",
        "persistentvolumeclaims", "configmaps", "services.nodeports", "services.loadbalancers",
    ];

    private static readonly string[] Counted =
    [
        "pods", "resourcequotas", "services", "replicationcontrollers", "secrets", "persistentvolumeclaims", "configmaps", "services.nodeports",
        "services.loadbalancers",
    ];

    public override void PrepareCreate(JsonObject root, ObjectKey key) => root["status"] = new JsonObject();

    public override void Validate(JsonObject root, FieldErrors errors)
    {
        foreach (var (name, value) in root.Object("spec").Object("hard") ?? [])
        {
            var path = FieldPath.Spec.Child("hard").Key(name);
            Name(name, path, errors);
            if (!Quantity.TryParse(value.Text(), out var amount))
            {
                continue;
            }

            if (amount.Sign < 0)
            {
                errors.Invalid(path, amount.ToString(), "must be greater than or equal to 0");
            }
            else if ((Counted.Contains(name) || name.StartsWith("count/", StringComparison.Ordinal)) && amount.Amount != decimal.Truncate(amount.Amount))
            {
                errors.Invalid(path, amount.ToString(), "must be an integer");
            }
        }

        foreach (var (_, scope) in root.Object("spec").Texts("scopes"))
        {
            if (!Scopes.Contains(scope))
            {
                errors.Invalid(FieldPath.Spec.Child("scopes"), scope, "unsupported scope");
            }
        }
    }

    public override void ValidateUpdate(JsonObject root, JsonObject old, FieldErrors errors) =>
        ChangeRules.Immutable(root.Child("spec"), old.Child("spec"), "scopes", FieldPath.Spec, errors);

    private static void Name(string name, FieldPath path, FieldErrors errors)
    {
        if (LabelSyntax.WhyNotKey(name) is { } why)
        {
            errors.Invalid(path, name, why);
        }
        else if (!name.Contains('/', StringComparison.Ordinal) && !Standard.Contains(name)
            && !name.StartsWith("hugepages-", StringComparison.Ordinal) && !name.StartsWith("requests.hugepages-", StringComparison.Ordinal))
        {
            errors.Invalid(path, name, "must be a standard resource for quota");
        }
    }
}
