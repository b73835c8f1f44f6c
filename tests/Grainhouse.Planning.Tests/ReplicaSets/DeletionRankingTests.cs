using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning.ReplicaSets;
using Grainhouse.Planning.Tests.Documents;

namespace Grainhouse.Planning.Tests.ReplicaSets;

public sealed class DeletionRankingTests
{
    private static readonly DateTimeOffset Now = Kube.Start.AddDays(1);

    public static TheoryData<string, JsonObject, JsonObject> Pairs => new()
    {
        { "not bound", Kube.Pod("goes", node: ""), Kube.Pod("stays", readySince: Kube.Start) },
        { "pending", Kube.Pod("goes", phase: "Pending"), Kube.Pod("stays") },
        { "not ready", Kube.Pod("goes"), Kube.Pod("stays", readySince: Kube.Start) },
        { "cheaper", Ready("goes"), Ready("stays").Annotated("controller.kubernetes.io/pod-deletion-cost", "10") },
        { "costs less than nothing", Ready("goes").Annotated("controller.kubernetes.io/pod-deletion-cost", "-1"), Ready("stays") },
        { "on a crowded node", Ready("goes", node: "crowd"), Ready("stays", node: "n1") },
        { "ready for less long", Kube.Pod("goes", readySince: Now.AddSeconds(-1)), Kube.Pod("stays", readySince: Kube.Start) },
        { "restarted more", Restarted(Ready("goes"), 3), Restarted(Ready("stays"), 1) },
        { "younger", Created(Ready("goes"), Now.AddSeconds(-3)), Created(Ready("stays"), Kube.Start) },
    };

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Decide_OneTooMany_DeletesTheOneThatIs(string why, JsonObject goes, JsonObject stays)
    {
        foreach (var pods in new KubeObject[][] { [goes.Stored(), stays.Stored()], [stays.Stored(), goes.Stored()] })
        {
            var plan = ReplicaSetReconciler.Decide(new ReplicaSetInput
            {
                ReplicaSet = Kube.ReplicaSet(replicas: 1).Stored(),
                Pods = pods,
                PodsByNode = new Dictionary<string, int> { ["crowd"] = 3, ["n1"] = 1 },
                Now = Now,
                Random = new Random(1),
            });

            var deletion = Assert.Single(plan.Actions.OfType<ReconcileAction.Delete>());
            Assert.True(deletion.Key.Name == "goes", why);
            Assert.Equal("Deleted pod: goes", deletion.Done!.Message);
        }
    }

    private static JsonObject Ready(string name, string node = "n1") => Kube.Pod(name, readySince: Kube.Start, node: node);

    private static JsonObject Restarted(JsonObject pod, int count)
    {
        pod["status"]!["containerStatuses"] = new JsonArray(new JsonObject { ["name"] = "web", ["restartCount"] = count });
        return pod;
    }

    private static JsonObject Created(JsonObject pod, DateTimeOffset time)
    {
        pod["metadata"]!["creationTimestamp"] = time.ToString("yyyy-MM-ddTHH:mm:ssZ");
        return pod;
    }
}
