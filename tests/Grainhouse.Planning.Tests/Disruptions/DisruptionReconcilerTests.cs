using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning.Disruptions;
using Grainhouse.Planning.Documents;
using Grainhouse.Planning.Tests.Documents;

namespace Grainhouse.Planning.Tests.Disruptions;

public sealed class DisruptionReconcilerTests
{
    private readonly BudgetLab lab = new();

    [Theory]
    [InlineData("\"minAvailable\": 2", 3, 3, 3, 2, 1)]
    [InlineData("\"minAvailable\": 3", 3, 3, 3, 3, 0)]
    [InlineData("\"minAvailable\": \"50%\"", 5, 5, 5, 3, 2)]
    [InlineData("\"minAvailable\": \"50%\"", 5, 2, 5, 3, 0)]
    [InlineData("\"maxUnavailable\": 1", 4, 4, 4, 3, 1)]
    [InlineData("\"maxUnavailable\": 9", 4, 4, 4, 0, 4)]
    [InlineData("\"maxUnavailable\": \"30%\"", 4, 4, 4, 2, 2)]
    [InlineData("\"maxUnavailable\": \"0%\"", 4, 4, 4, 4, 0)]
    public void Decide_PodsOfAReplicaSet_CountsAsUpstream(string spec, int replicas, int ready, int expected, int desired, int allowed)
    {
        lab.ReplicaSet(replicas, ready);
        var budget = lab.Budget(spec);

        lab.Reconcile();

        Assert.Equal((expected, desired, ready, allowed), lab.Counts);
        Assert.Equal(budget.Header.Generation, lab.Status.Number("observedGeneration"));
        Assert.Equal(
            allowed > 0 ? ("True", "SufficientPods", "") : ("False", "InsufficientPods", ""),
            (lab.Condition.Text("status"), lab.Condition.Text("reason"), lab.Condition.Text("message")));
    }

    [Fact]
    public void Decide_NothingChanged_WritesNothing()
    {
        lab.ReplicaSet(3, 3);
        lab.Budget("\"minAvailable\": 2");
        lab.Reconcile();

        Assert.Empty(lab.Decide().Actions);
    }

    [Fact]
    public void Decide_PercentOfADeployment_CountsWhatTheDeploymentAsksFor()
    {
        lab.Cluster.Seed(Kube.Deployment(replicas: 10));
        var replicaSet = Kube.ReplicaSet(replicas: 4);
        OwnerReferences.Add(replicaSet, OwnerReferences.Controller(ResourceCatalog.Deployments, "web", "uid-web"));
        lab.Cluster.Seed(replicaSet);
        lab.Cluster.Seed(Kube.Pod("p0", readySince: Kube.Start));
        lab.Budget("\"maxUnavailable\": \"25%\"");

        lab.Reconcile();

        Assert.Equal((10, 7, 1, 0), lab.Counts);
    }

    [Fact]
    public void Decide_PlainMinAvailable_CountsPodsThatNobodyControls()
    {
        lab.Cluster.Seed(Kube.Pod("a", owner: null, readySince: Kube.Start));
        lab.Cluster.Seed(Kube.Pod("b", owner: null, readySince: Kube.Start));
        lab.Budget("\"minAvailable\": 1");

        lab.Reconcile();

        Assert.Equal((2, 1, 2, 1), lab.Counts);
    }

    [Fact]
    public void Decide_ControllerIsGone_AllowsNothingAndSaysWhy()
    {
        lab.Cluster.Seed(Kube.Pod("p0", readySince: Kube.Start));
        lab.Budget("\"maxUnavailable\": 1");

        lab.Reconcile();

        Assert.Equal(0, lab.Status.Number("disruptionsAllowed"));
        Assert.Equal(("False", "SyncFailed", "found no controllers for pod \"p0\""), (lab.Condition.Text("status"), lab.Condition.Text("reason"), lab.Condition.Text("message")));
        Assert.Contains(lab.Cluster.Events, told => told.Reason == "CalculateExpectedPodCountFailed");
    }

    [Fact]
    public void Decide_NoPods_AllowsNothingThoughNothingIsDesired()
    {
        lab.Budget("\"minAvailable\": 0");

        lab.Reconcile();

        Assert.Equal((0, 0, 0, 0), lab.Counts);
        Assert.Equal("NoPods", Assert.Single(lab.Cluster.Events).Reason);
    }

    [Fact]
    public void Decide_PodThatMayGo_IsNotHealthyUntilItIsOverdue()
    {
        lab.ReplicaSet(3, 3);
        lab.Budget("\"minAvailable\": 1");
        lab.Reconcile();
        Assert.Null(lab.Claim("p0"));

        lab.Reconcile();

        Assert.Equal((3, 1, 2, 1), lab.Counts);
        Assert.Equal(lab.Cluster.Now + DisruptionReconciler.DeletionTimeout, lab.Decide().WakeAt);

        lab.Cluster.Now += DisruptionReconciler.DeletionTimeout;
        lab.Reconcile();

        Assert.Equal((3, 1, 3, 2), lab.Counts);
        Assert.Null(lab.Status.Object("disruptedPods"));
        Assert.Equal("Pod was expected by PDB default/web to be deleted but it wasn't", Assert.Single(lab.Cluster.Events).Message);
    }

    [Fact]
    public void Decide_PodThatMayGoIsMarked_LeavesTheList()
    {
        lab.ReplicaSet(3, 3);
        lab.Budget("\"minAvailable\": 1");
        lab.Reconcile();
        lab.Claim("p0");
        lab.MarkDeleted("p0");

        lab.Reconcile();

        Assert.Equal((3, 1, 2, 1), lab.Counts);
        Assert.Null(lab.Status.Object("disruptedPods"));
    }

    [Fact]
    public void Claim_UntilTheReconcilerHasSeenTheSpec_Is429()
    {
        lab.ReplicaSet(3, 3);
        lab.Budget("\"minAvailable\": 1");

        var refused = lab.Claim("p0")!;

        Assert.Equal((429, "TooManyRequests", 10), (refused.Code, refused.Reason, refused.RetryAfterSeconds));
        Assert.Equal("The disruption budget web is still being processed by the server.", Assert.Single(refused.Causes).Message);
    }

    [Fact]
    public void Claim_BeyondTheBudget_Is429InUpstreamsWords()
    {
        lab.ReplicaSet(3, 3);
        lab.Budget("\"minAvailable\": 2");
        lab.Reconcile();

        Assert.Null(lab.Claim("p0"));
        Assert.Equal(("False", "InsufficientPods"), (lab.Condition.Text("status"), lab.Condition.Text("reason")));
        var refused = lab.Claim("p1")!;

        Assert.Equal("Cannot evict pod as it would violate the pod's disruption budget.", refused.Message);
        Assert.Equal(new StatusCause("DisruptionBudget", "The disruption budget web needs 2 healthy pods and has 3 currently", ""), Assert.Single(refused.Causes));
        Assert.Equal(0, refused.RetryAfterSeconds);
    }

    [Theory]
    [InlineData("\"minAvailable\": 2", 2, true)]
    [InlineData("\"minAvailable\": 2", 1, false)]
    [InlineData("\"minAvailable\": 2, \"unhealthyPodEvictionPolicy\": \"IfHealthyBudget\"", 1, false)]
    [InlineData("\"minAvailable\": 2, \"unhealthyPodEvictionPolicy\": \"AlwaysAllow\"", 1, true)]
    public void Claim_OfAPodThatIsNotReady_FollowsThePolicyAndTakesNothing(string spec, int ready, bool allowed)
    {
        lab.ReplicaSet(3, ready);
        lab.Budget(spec);
        lab.Reconcile();
        var before = lab.Counts;

        Assert.Equal(allowed, lab.Claim("p2") is null);
        Assert.Equal(before, lab.Counts);
    }
}
