using System.Text.Json;
using static Grainhouse.Gateway.Tables.TableCell;

namespace Grainhouse.Gateway.Tables;

/// <content>What keeps pods in number: controllers, jobs, budgets.</content>
internal static partial class TablePrinters
{
    private const string ContainerWords = "Names of each container in the template.";
    private const string ImageWords = "Images referenced by each container in the template.";

    private static TablePrinter ReplicationControllers => TablePrinter.Of(
        Name,
        Number("Desired", "Replicas is the number of desired replicas.", item => item.At("spec", "replicas").Number()),
        Number("Current", "Replicas is the most recently observed number of replicas.", item => item.At("status", "replicas").Number()),
        Number("Ready", "The number of ready replicas for this replication controller.", item => item.At("status", "readyReplicas").Number()),
        Age,
        Wide("Containers", ContainerWords, item => ContainerNames(item.At("spec", "template"))),
        Wide("Images", ImageWords, item => ContainerImages(item.At("spec", "template"))),
        Wide("Selector", "Selector is a label query over pods that should match the Replicas count.", item => item.At("spec", "selector").Labels()));

    private static TablePrinter PodTemplates => TablePrinter.Of(
        Name,
        Text("Containers", ContainerWords, item => ContainerNames(item.At("template"))),
        Text("Images", ImageWords, item => ContainerImages(item.At("template"))),
        Text("Pod Labels", "The labels for the pod template.", item => item.At("template", "metadata").At("labels").Labels()));

    private static TablePrinter StatefulSets => TablePrinter.Of(
        Name,
        Text("Ready", "Number of the pod with ready state", item => $"{item.At("status", "readyReplicas").Number()}/{item.At("spec", "replicas").Number()}"),
        Age,
        Wide("Containers", ContainerWords, item => ContainerNames(item.At("spec", "template"))),
        Wide("Images", ImageWords, item => ContainerImages(item.At("spec", "template"))));

    private static TablePrinter DaemonSets => TablePrinter.Of(
        Name,
        Number("Desired", "The total number of nodes that should be running the daemon pod.", item => item.At("status", "desiredNumberScheduled").Number()),
        Number("Current", "The number of nodes that are running at least 1 daemon pod and are supposed to run the daemon pod.", item => item.At("status", "currentNumberScheduled").Number()),
        Number("Ready", "The number of nodes that should be running the daemon pod and have one or more of the daemon pod running with a Ready Condition.", item => item.At("status", "numberReady").Number()),
        Number("Up-to-date", "The total number of nodes that are running updated daemon pod", item => item.At("status", "updatedNumberScheduled").Number()),
        Number("Available", "The number of nodes that should be running the daemon pod and have one or more of the daemon pod running and available.", item => item.At("status", "numberAvailable").Number()),
        Text("Node Selector", "NodeSelector is a selector which must be true for the pod to fit on a node.", item => item.At("spec", "template").At("spec", "nodeSelector").Labels()),
        Age,
        Wide("Containers", ContainerWords, item => ContainerNames(item.At("spec", "template"))),
        Wide("Images", ImageWords, item => ContainerImages(item.At("spec", "template"))),
        Wide("Selector", "A label query over pods that are managed by the daemon set.", item => Selector(item.At("spec", "selector"))));

    private static TablePrinter ControllerRevisions => TablePrinter.Of(
        Name,
        Text("Controller", "Controller of the object", ControllerOf),
        NumberAsText("Revision", "Revision indicates the revision of the state represented by Data.", item => item.At("revision").Number()),
        Age);

    private static TablePrinter Jobs => TablePrinter.Of(
        Name,
        Text("Status", "Status of the job.", JobStatus),
        Text("Completions", "The number of pods which reached phase Succeeded.", Completions),
        Timed("Duration", "Time required to complete the job.", JobDuration),
        Age,
        Wide("Containers", ContainerWords, item => ContainerNames(item.At("spec", "template"))),
        Wide("Images", ImageWords, item => ContainerImages(item.At("spec", "template"))),
        Wide("Selector", "A label query over pods that should match the pod count.", item => Selector(item.At("spec", "selector"))));

    private static TablePrinter CronJobs => TablePrinter.Of(
        Name,
        Text("Schedule", "The schedule in Cron format, see https://en.wikipedia.org/wiki/Cron.", item => item.At("spec", "schedule").Text()),
        Text("Timezone", "The time zone name for the given schedule, see https://en.wikipedia.org/wiki/List_of_tz_database_time_zones.", item => item.At("spec", "timeZone").TextOr("<none>")),
        FlagOrUnset("Suspend", "This flag tells the controller to suspend subsequent executions, it does not apply to already started executions.", item => item.At("spec", "suspend")),
        Number("Active", "A list of pointers to currently running jobs.", item => item.At("status", "active").Count()),
        Timed("Last Schedule", "Information when was the last time the job was successfully scheduled.", (item, now) => item.At("status", "lastScheduleTime").Time() is { } time ? HumanDuration.Since(time, now) : "<none>"),
        Age,
        Wide("Containers", ContainerWords, item => ContainerNames(item.At("spec", "jobTemplate").At("spec", "template"))),
        Wide("Images", ImageWords, item => ContainerImages(item.At("spec", "jobTemplate").At("spec", "template"))),
        Wide("Selector", "A label query over pods that should match the pod count.", item => Selector(item.At("spec", "jobTemplate").At("spec", "selector"))));

    private static TablePrinter PodDisruptionBudgets => TablePrinter.Of(
        Name,
        Text("Min Available", "The minimum number of pods that must be available.", item => NumberOrText(item.At("spec", "minAvailable"), "N/A")),
        Text("Max Unavailable", "The maximum number of pods that may be unavailable.", item => NumberOrText(item.At("spec", "maxUnavailable"), "N/A")),
        Number("Allowed Disruptions", "Calculated number of pods that may be disrupted at this time.", item => item.At("status", "disruptionsAllowed").Number()),
        Age);

    private static string ContainerNames(JsonElement template) =>
        string.Join(',', template.At("spec", "containers").Items().Select(container => container.At("name").Text()));

    private static string ContainerImages(JsonElement template) =>
        string.Join(',', template.At("spec", "containers").Items().Select(container => container.At("image").Text()));

    private static string NumberOrText(JsonElement value, string otherwise) => value.Exists() ? value.ToString() : otherwise;

    private static string ControllerOf(JsonElement item)
    {
        foreach (var owner in item.At("metadata", "ownerReferences").Items())
        {
            if (owner.At("controller").IsTrue())
            {
                var version = owner.At("apiVersion").Text();
                var slash = version.IndexOf('/', StringComparison.Ordinal);
                var group = slash < 0 ? "" : "." + version[..slash];
                return $"{(owner.At("kind").Text() + group).ToLowerInvariant()}/{owner.At("name").Text()}";
            }
        }

        return "<none>";
    }

    private static string JobStatus(JsonElement job) =>
        JobIs(job, "Complete") ? "Complete"
        : JobIs(job, "Failed") ? "Failed"
        : job.At("metadata", "deletionTimestamp").Exists() ? "Terminating"
        : JobIs(job, "Suspended") ? "Suspended"
        : JobIs(job, "FailureTarget") ? "FailureTarget"
        : JobIs(job, "SuccessCriteriaMet") ? "SuccessCriteriaMet"
        : "Running";

    private static bool JobIs(JsonElement job, string type) =>
        job.At("status", "conditions").Items().Any(condition => condition.At("type").Text() == type && condition.At("status").Text() == "True");

    private static string Completions(JsonElement job)
    {
        var succeeded = job.At("status", "succeeded").Number();
        var wanted = job.At("spec", "completions");
        var parallelism = job.At("spec", "parallelism").Number();
        return wanted.Exists() ? $"{succeeded}/{wanted.Number()}"
            : parallelism > 1 ? $"{succeeded}/1 of {parallelism}"
            : $"{succeeded}/1";
    }

    private static string JobDuration(JsonElement job, DateTimeOffset now) =>
        job.At("status", "startTime").Time() is { } start ? HumanDuration.Format((job.At("status", "completionTime").Time() ?? now) - start) : "";
}
