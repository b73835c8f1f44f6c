using System.Text.Json.Nodes;
using Grainhouse.Planning.Documents;
using Grainhouse.Planning.Objects.Validation;

namespace Grainhouse.Planning.Objects.Kinds;

/// <summary>Roles, of a namespace or of the cluster.</summary>
internal sealed class RoleRules(bool namespaced) : KindRules
{
    public override void ValidateName(FieldPath path, string name, FieldErrors errors) => NameRules.PathSegment(path, name, errors);

    public override void Validate(JsonObject root, FieldErrors errors)
    {
        foreach (var (i, rule) in root.Items("rules"))
        {
            Rule(rule, FieldPath.Root("rules").Index(i), errors);
        }

        var selectors = root.Object("aggregationRule");
        if (selectors is not null && selectors.Array("clusterRoleSelectors") is not { Count: > 0 })
        {
            errors.Required(FieldPath.Root("aggregationRule").Child("clusterRoleSelectors"), "at least one clusterRoleSelector required if aggregationRule is non-nil");
        }

        foreach (var (i, selector) in selectors.Items("clusterRoleSelectors"))
        {
            SelectorRules.Validate(selector, FieldPath.Root("aggregationRule").Child("clusterRoleSelectors").Index(i), errors);
        }
    }

    private void Rule(JsonObject rule, FieldPath path, FieldErrors errors)
    {
        if (rule.Array("verbs") is not { Count: > 0 })
        {
            errors.Required(path.Child("verbs"), "verbs must contain at least one value");
        }

        if (rule.Array("nonResourceURLs") is { Count: > 0 } urls)
        {
            if (namespaced)
            {
                errors.InvalidRaw(path.Child("nonResourceURLs"), GoWords.Strings(urls), "namespaced rules cannot apply to non-resource URLs");
            }

            if (rule.Array("apiGroups") is { Count: > 0 } || rule.Array("resources") is { Count: > 0 } || rule.Array("resourceNames") is { Count: > 0 })
            {
                errors.InvalidRaw(path.Child("nonResourceURLs"), GoWords.Strings(urls), "rules cannot apply to both regular resources and non-resource URLs");
            }

            return;
        }

        if (rule.Array("apiGroups") is not { Count: > 0 })
        {
            errors.Required(path.Child("apiGroups"), "resource rules must supply at least one api group");
        }

        if (rule.Array("resources") is not { Count: > 0 })
        {
            errors.Required(path.Child("resources"), "resource rules must supply at least one resource");
        }
    }
}
