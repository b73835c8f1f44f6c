using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning.Documents;

namespace Grainhouse.Planning.Pods;

/// <summary>What becomes of a pod on a node that does not answer: it no longer counts as ready, but it may well run on.</summary>
public static class PodLoss
{
    private const string Reason = "NodeNotReady";

    /// <summary>Whether a pod is out of service because its node was taken for lost.</summary>
    public static bool IsMarked(KubeObject pod)
    {
        // Most pods do not have the word, and need not be read to know it.
        return pod.Document.Span.IndexOf("\"NodeNotReady\""u8) >= 0
            && ConditionList.Find(pod.ToMutable().Object("status").Array("conditions"), "Ready") is { } ready
            && ready.Text("status") == "False"
            && ready.Text("reason") == Reason;
    }

    /// <summary>The write that takes a pod out of service; null if it is.</summary>
    public static ReconcileAction? MarkNotReady(KubeObject pod, DateTimeOffset now)
    {
        var view = PodView.Of(pod);
        if (!view.Ready || view.Ended)
        {
            return null;
        }

        var document = pod.ToMutable();
        var ready = ConditionList.Find(document.Object("status").Array("conditions"), "Ready")!;
        ready["status"] = "False";
        ready["reason"] = Reason;
        ready["message"] = "Node is not ready";
        ready["lastTransitionTime"] = Timestamps.Text(now);
        return new ReconcileAction.Replace(pod.Key, pod.Revision, document, "status")
        {
            Done = new EventDraft(pod.Key, pod.Header.Uid, "", "node-controller", "Warning", Reason, "Node is not ready"),
        };
    }
}
