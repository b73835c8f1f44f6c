using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning.Documents;
using Grainhouse.Planning.Objects.Defaults;
using Grainhouse.Planning.Objects.Validation;

namespace Grainhouse.Planning.Objects.Kinds;

/// <summary>Cron jobs.</summary>
internal sealed class CronJobRules : KindRules
{
    /// <summary>What is left for the name when each of its jobs adds 11 characters.</summary>
    private const int MostNameLength = 52;

    private static readonly string[] Concurrencies = ["Allow", "Forbid", "Replace"];

    public override void ValidateName(FieldPath path, string name, FieldErrors errors)
    {
        base.ValidateName(path, name, errors);
        if (name.Length > MostNameLength)
        {
            errors.Invalid(path, name, $"must be no more than {MostNameLength} characters");
        }
    }

    public override void Default(JsonObject root)
    {
        var spec = root.Child("spec");
        spec.Default("concurrencyPolicy", "Allow");
        spec.Default("suspend", false);
        spec.Default("successfulJobsHistoryLimit", 3);
        spec.Default("failedJobsHistoryLimit", 1);
        if (spec.Object("jobTemplate").Object("spec") is { } job)
        {
            PodSpecDefaults.ApplyToTemplate(job);
        }
    }

    public override void PrepareCreate(JsonObject root, ObjectKey key) => root["status"] = new JsonObject();

    public override void Validate(JsonObject root, FieldErrors errors)
    {
        var spec = root.Child("spec");
        ScheduleRules.Validate(spec, errors);
        NumberRules.OneOf(spec, "concurrencyPolicy", Concurrencies, FieldPath.Spec, errors);
        NumberRules.NotNegative(spec, "startingDeadlineSeconds", FieldPath.Spec, errors);
        NumberRules.NotNegative(spec, "successfulJobsHistoryLimit", FieldPath.Spec, errors);
        NumberRules.NotNegative(spec, "failedJobsHistoryLimit", FieldPath.Spec, errors);
        var path = FieldPath.Spec.Child("jobTemplate").Child("spec");
        var job = spec.Child("jobTemplate").Child("spec");
        if (job.Flag("manualSelector"))
        {
            errors.NotSupported(path.Child("manualSelector"), "true", ["nil", "false"]);
        }

        JobSpecRules.Validate(job, path, errors);
    }
}
