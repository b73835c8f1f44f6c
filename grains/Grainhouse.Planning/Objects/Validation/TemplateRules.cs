using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning.Documents;
using Grainhouse.Planning.Objects.Json;

namespace Grainhouse.Planning.Objects.Validation;

/// <summary>What controllers of pods share: a selector and the template that it must match.</summary>
internal static class TemplateRules
{
    /// <summary>Finds what is wrong with them.</summary>
    /// <param name="spec">The controller's.</param>
    /// <param name="owner">The controller's kind in the words for an empty selector.</param>
    /// <param name="kind">The controller's kind in the words for a deadline.</param>
    /// <param name="errors">Where to.</param>
    public static void Validate(JsonObject spec, string owner, string kind, FieldErrors errors)
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

        Template(spec.Object("template"), selector, kind, errors);
    }

    /// <summary>The selector decides which pods are whose, so it never changes.</summary>
    public static void ValidateUpdate(JsonObject spec, JsonObject old, FieldErrors errors)
    {
        if (!JsonTree.Equal(spec["selector"], old["selector"]))
        {
            errors.InvalidRaw(FieldPath.Spec.Child("selector"), GoWords.Selector(spec.Object("selector")), "field is immutable");
        }
    }

    /// <summary>A template of pods that are to run for ever.</summary>
    public static void Template(JsonObject? template, JsonObject? selector, string kind, FieldErrors errors)
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

        Any(template, path, errors);
        var spec = template.Object("spec");
        if (spec.Text("restartPolicy") is { } policy && policy != "Always")
        {
            errors.NotSupported(path.Child("spec").Child("restartPolicy"), policy, ["Always"]);
        }

        if (spec.Has("activeDeadlineSeconds"))
        {
            errors.Forbidden(path.Child("spec").Child("activeDeadlineSeconds"), $"activeDeadlineSeconds in {kind} is not Supported");
        }
    }

    /// <summary>A template of any pod.</summary>
    public static void Any(JsonObject? template, FieldPath path, FieldErrors errors)
    {
        // Upstream's paths, which leave out "metadata" here.
        MetadataRules.Labels(template.Object("metadata").Object("labels"), path, "labels", errors);
        MetadataRules.Annotations(template.Object("metadata").Object("annotations"), path, errors);
        PodSpecRules.Validate(template.Object("spec"), path.Child("spec"), errors);
        if (template.Object("spec").Array("ephemeralContainers") is { Count: > 0 })
        {
            errors.Forbidden(path.Child("spec").Child("ephemeralContainers"), "ephemeral containers not allowed in pod template");
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
