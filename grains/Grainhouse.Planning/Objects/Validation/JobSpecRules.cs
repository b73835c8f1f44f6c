using System.Text.Json.Nodes;
using Grainhouse.Planning.Documents;
using Grainhouse.Planning.Objects.Json;

namespace Grainhouse.Planning.Objects.Validation;

/// <summary>A job's spec, in a job and in a cron job alike.</summary>
internal static class JobSpecRules
{
    private const string UidLabel = "batch.kubernetes.io/controller-uid";

    private static readonly string[] CompletionModes = ["Indexed", "NonIndexed"];
    private static readonly string[] ReplacementPolicies = ["Failed", "TerminatingOrFailed"];
    private static readonly string[] Counts =
        ["parallelism", "completions", "activeDeadlineSeconds", "backoffLimit", "backoffLimitPerIndex", "maxFailedIndexes", "ttlSecondsAfterFinished"];

    // What may change in the template of a job that has not been started yet.
    private static readonly string[] Scheduling = ["nodeSelector", "affinity", "tolerations", "schedulingGates"];

    public static void Validate(JsonObject spec, FieldPath path, FieldErrors errors)
    {
        foreach (var name in Counts)
        {
            NumberRules.NotNegative(spec, name, path, errors);
        }

        SelectorRules.Validate(spec.Object("selector"), path.Child("selector"), errors);
        NumberRules.OneOf(spec, "completionMode", CompletionModes, path, errors);
        NumberRules.OneOf(spec, "podReplacementPolicy", ReplacementPolicies, path, errors);
        if (spec.Text("completionMode") == "Indexed" && !spec.Has("completions"))
        {
            errors.Required(path.Child("completions"), "when completion mode is Indexed");
        }

        Template(spec.Object("template"), path.Child("template"), errors);
    }

    /// <summary>Whether the selector is the one that the server makes for a job of this uid.</summary>
    public static bool IsGenerated(JsonObject spec, string uid) =>
        spec.Object("selector").Object("matchLabels").Text(UidLabel) == uid
        && spec.Object("template").Object("metadata").Object("labels").Text(UidLabel) == uid;

    public static void ValidateUpdate(JsonObject spec, JsonObject oldRoot, FieldErrors errors)
    {
        var old = oldRoot.Child("spec");
        foreach (var name in (ReadOnlySpan<string>)["selector", "completionMode", "podFailurePolicy", "backoffLimitPerIndex", "managedBy"])
        {
            ChangeRules.Immutable(spec, old, name, FieldPath.Spec, errors);
        }

        // An indexed job may grow and shrink as long as it has as many workers as work.
        if (spec.Text("completionMode") != "Indexed" || spec.Number("completions") != spec.Number("parallelism"))
        {
            ChangeRules.Immutable(spec, old, "completions", FieldPath.Spec, errors);
        }

        var wanted = (JsonObject)spec.DeepClone();
        if (old.Flag("suspend") && !oldRoot.Object("status").Has("startTime"))
        {
            var podSpec = wanted.Child("template").Child("spec");
            foreach (var name in Scheduling)
            {
                podSpec.TakeFrom(old.Object("template").Object("spec"), name);
            }

            wanted.Child("template").TakeFrom(old.Object("template"), "metadata");
        }

        if (!JsonTree.Equal(wanted["template"], old["template"]))
        {
            errors.Invalid(FieldPath.Spec.Child("template"), spec["template"], ChangeRules.Words);
        }
    }

    private static void Template(JsonObject? template, FieldPath path, FieldErrors errors)
    {
        if (template is null)
        {
            errors.Required(path);
            return;
        }

        TemplateRules.Any(template, path, errors);
        if (template.Object("spec").Text("restartPolicy") == "Always")
        {
            errors.Required(path.Child("spec").Child("restartPolicy"), "valid values: \"OnFailure\", \"Never\"");
        }
    }
}
