using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning.Documents;
using Grainhouse.Planning.Objects.Json;

namespace Grainhouse.Planning.Objects.Validation;

/// <summary>What deployments and replica sets share: a selector and the template that it must match.</summary>
internal static class TemplateRules
{
    public static void Validate(JsonObject spec, string owner, FieldErrors errors)
    {
        NumberRules.NotNegative(spec, "replicas", FieldPath.Spec, errors);
        NumberRules.NotNegative(spec, "minReadySeconds", FieldPath.Spec, errors);
        var selector = spec.Object("selector");
        if (selector is null)
        {
            errors.Required(FieldPath.Spec.Child("selector"));
        }
        else
        {
            SelectorRules.Validate(selector, FieldPath.Spec.Child("selector"), errors);
            if (selector.Object("matchLabels") is not { Count: > 0 } && selector.Array("matchExpressions") is not { Count: > 0 })
            {
                errors.InvalidRaw(FieldPath.Spec.Child("selector"), GoWords.Selector(selector), $"empty selector is invalid for {owner}");
                selector = null;
            }
        }

        Template(spec.Object("template"), selector, errors);
    }

    /// <summary>The selector decides which pods are whose, so it never changes.</summary>
    public static void ValidateUpdate(JsonObject spec, JsonObject old, FieldErrors errors)
    {
        if (!JsonTree.Equal(spec["selector"], old["selector"]))
        {
            errors.InvalidRaw(FieldPath.Spec.Child("selector"), GoWords.Selector(spec.Object("selector")), "field is immutable");
        }
    }

    private static void Template(JsonObject? template, JsonObject? selector, FieldErrors errors)
    {
        var path = FieldPath.Spec.Child("template");
        if (template is null)
        {
            errors.Required(path);
            return;
        }

        var labels = template.Object("metadata").Object("labels");
        if (selector is not null && !Matches(selector, labels))
        {
            errors.InvalidRaw(path.Child("metadata").Child("labels"), GoWords.Map(labels), "`selector` does not match template `labels`");
        }

        // Upstream's paths, which leave out "metadata" here.
        MetadataRules.Labels(labels, path, "labels", errors);
        MetadataRules.Annotations(template.Object("metadata").Object("annotations"), path, errors);
        var spec = template.Object("spec");
        PodSpecRules.Validate(spec, path.Child("spec"), errors);
        if (spec.Text("restartPolicy") is { } policy && policy != "Always")
        {
            errors.NotSupported(path.Child("spec").Child("restartPolicy"), policy, ["Always"]);
        }

        if (spec.Has("activeDeadlineSeconds"))
        {
            errors.Forbidden(path.Child("spec").Child("activeDeadlineSeconds"), "activeDeadlineSeconds in ReplicaSet is not Supported");
        }
    }

    private static bool Matches(JsonObject selector, JsonObject? labels)
    {
        if (!selector.Has("matchExpressions"))
        {
            foreach (var (key, value) in selector.Object("matchLabels")!)
            {
                if (labels.Text(key) is not { } there || there != value.Text())
                {
                    return false;
                }
            }

            return true;
        }

        var map = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in labels ?? [])
        {
            map[key] = value.Text() ?? "";
        }

        return LabelSelector.FromJson(selector).Matches(map);
    }
}
