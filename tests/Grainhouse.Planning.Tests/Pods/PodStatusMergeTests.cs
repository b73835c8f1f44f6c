using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning.Documents;
using Grainhouse.Planning.Pods;
using Grainhouse.Planning.Tests.Documents;

namespace Grainhouse.Planning.Tests.Pods;

public sealed class PodStatusMergeTests
{
    private static readonly DateTimeOffset Now = Kube.Start.AddMinutes(5);

    [Fact]
    public void Merge_ConditionsOfOthers_StayAsTheyAreAndThatItIsScheduledComesLast()
    {
        var pod = Kube.Pod("a");
        pod["status"]!["conditions"]!.AsArray().Insert(0, Kube.Json("""{ "type": "PodScheduled", "status": "True", "lastTransitionTime": "2026-01-01T00:00:00Z" }"""));
        pod["status"]!["conditions"]!.AsArray().Add(Kube.Json("""{ "type": "example.com/gate", "status": "True" }"""));

        var status = Written(pod, Report("True"));

        Assert.Equal(["example.com/gate", "Ready", "PodScheduled"], status.Array("conditions")!.Select(item => (string?)item!["type"]));
    }

    [Fact]
    public void Merge_ConditionOfAnotherThatIsGone_DoesNotComeBack()
    {
        var report = Report("True");
        report["conditions"]!.AsArray().Add(Kube.Json("""{ "type": "example.com/gate", "status": "True" }"""));

        var status = Written(Kube.Pod("a"), report);

        Assert.Null(ConditionList.Find(status.Array("conditions"), "example.com/gate"));
    }

    [Fact]
    public void Merge_StatusUnchanged_KeepsTheTransitionTime()
    {
        var report = Report("False");
        report["message"] = "news";

        var ready = ConditionList.Find(Written(Kube.Pod("a"), report).Array("conditions"), "Ready");

        Assert.Equal("2026-01-01T00:00:00Z", ready.Text("lastTransitionTime"));
    }

    [Fact]
    public void Merge_StatusChanged_MovesTheTransitionTime()
    {
        var ready = ConditionList.Find(Written(Kube.Pod("a"), Report("True")).Array("conditions"), "Ready");

        Assert.Equal("2026-01-01T00:05:00Z", ready.Text("lastTransitionTime"));
    }

    [Fact]
    public void Merge_SameReportAgain_WritesNothing()
    {
        var first = Assert.IsType<PodStatusOutcome.Write>(PodStatusMerge.Merge(Kube.Pod("a").Stored(), "uid-a", Report("True"), Now));

        var stored = KubeObject.From(Kube.PodKey("a"), 2, first.Action.Document);

        Assert.IsType<PodStatusOutcome.Unchanged>(PodStatusMerge.Merge(stored, "uid-a", Report("True"), Now.AddMinutes(1)));
    }

    [Fact]
    public void Merge_AnotherPodsReport_IsRefused() =>
        Assert.IsType<PodStatusOutcome.Refused>(PodStatusMerge.Merge(Kube.Pod("a").Stored(), "uid-earlier", Report("True"), Now));

    [Theory]
    [InlineData("Succeeded", "Running")]
    [InlineData("Failed", "Running")]
    [InlineData("Failed", "Succeeded")]
    public void Merge_EndedPodThatRunsAgain_IsRefused(string stored, string reported) =>
        Assert.IsType<PodStatusOutcome.Refused>(
            PodStatusMerge.Merge(Kube.Pod("a", phase: stored).Stored(), "uid-a", Report("True", reported), Now));

    [Fact]
    public void Merge_StartTimeAndNominatedNode_AreKept()
    {
        var pod = Kube.Pod("a");
        pod["status"]!["startTime"] = "2026-01-01T00:00:01Z";
        pod["status"]!["qosClass"] = "Burstable";
        var report = Report("True");
        report["startTime"] = "2026-01-01T00:04:00Z";

        var status = Written(pod, report);

        Assert.Equal(("2026-01-01T00:00:01Z", "Burstable"), (status.Text("startTime"), status.Text("qosClass")));
    }

    [Fact]
    public void MarkNotReady_ReadyPod_SaysWhyAndOnlyOnce()
    {
        var mark = Assert.IsType<ReconcileAction.Replace>(PodLoss.MarkNotReady(Kube.Pod("a", readySince: Kube.Start).Stored(), Now));

        var ready = ConditionList.Find(mark.Document.Object("status").Array("conditions"), "Ready");
        Assert.Equal(("False", "NodeNotReady"), (ready.Text("status"), ready.Text("reason")));
        Assert.Null(PodLoss.MarkNotReady(mark.Document.Stored(2), Now));
    }

    [Fact]
    public void View_ReadsWhatControllersLookAt()
    {
        var document = Kube.Pod("a", readySince: Kube.Start, ip: "10.1.2.3").Labelled("pod-template-hash", "abc");
        document["spec"]!["hostname"] = "h";
        document["spec"]!["subdomain"] = "s";
        document["status"]!["containerStatuses"] = new JsonArray(new JsonObject { ["restartCount"] = 2 }, new JsonObject { ["restartCount"] = 3 });

        var view = PodView.Of(document.Stored());

        Assert.Equal(("Running", true, Kube.Start, "n1", "10.1.2.3", 5), (view.Phase, view.Ready, view.ReadySince, view.Node, view.Ip, view.Restarts));
        Assert.Equal(("h", "s", "abc"), (view.Hostname, view.Subdomain, view.TemplateHash));
        Assert.Equal(new NamedPort("http", "TCP", 8080), Assert.Single(view.Ports));
    }

    [Fact]
    public void View_OddDocument_ReadsAsAPodThatIsPending()
    {
        var view = PodView.Of(Kube.Object(Kube.PodKey("a"), Kube.Json("""
            { "metadata": { "name": "a" }, "spec": { "containers": [ 3, { "ports": "x" } ], "nodeName": 4 },
              "status": { "phase": null, "conditions": {}, "containerStatuses": [ { "restartCount": "x" } ] } }
            """)));

        Assert.Equal(("Pending", false, "", 0), (view.Phase, view.Ready, view.Node, view.Restarts));
    }

    private static JsonObject Report(string ready, string phase = "Running") => Kube.Json($$"""
        { "phase": "{{phase}}", "conditions": [ { "type": "Ready", "status": "{{ready}}" } ] }
        """);

    private static JsonObject Written(JsonObject pod, JsonObject report) =>
        Assert.IsType<PodStatusOutcome.Write>(PodStatusMerge.Merge(pod.Stored(), "uid-a", report, Now)).Action.Document.Object("status")!;
}
