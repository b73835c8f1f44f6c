using Grainhouse.Interfaces.Grains;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning.Objects;

namespace Grainhouse.Planning.Tests.Objects;

public sealed class DeletionTests
{
    private static readonly string BoundPod = Documents.Pod.Replace("'containers'", "'nodeName':'n1','containers'", StringComparison.Ordinal);

    [Fact]
    public void Delete_PlainObject_IsRemoved()
    {
        var current = Rules.Created(ResourceCatalog.ConfigMaps, Documents.ConfigMap);

        var removed = Assert.IsType<WriteDecision.Remove>(Rules.Delete(ResourceCatalog.ConfigMaps, current));

        Assert.Equal(10, removed.LastState.Revision);
    }

    [Theory]
    [InlineData(null, "2026-01-02T03:04:35Z", 30)]
    [InlineData(5L, "2026-01-02T03:04:10Z", 5)]
    [InlineData(-1L, "2026-01-02T03:04:06Z", 1)]
    public void Delete_BoundPod_IsGraceful(long? grace, string timestamp, long seconds)
    {
        var current = Rules.Created(ResourceCatalog.Pods, BoundPod);

        var metadata = Rules.Delete(ResourceCatalog.Pods, current, new DeletionOptions { GracePeriodSeconds = grace }).Document()["metadata"]!;

        Assert.Equal((timestamp, seconds), ((string)metadata["deletionTimestamp"]!, (long)metadata["deletionGracePeriodSeconds"]!));
    }

    [Fact]
    public void Delete_UnboundOrFinishedPod_IsRemovedAtOnce()
    {
        var finished = Rules.Update(
            ResourceCatalog.Pods, Rules.Created(ResourceCatalog.Pods, BoundPod), root => root["status"]!["phase"] = "Failed", "status").Committed();

        Assert.IsType<WriteDecision.Remove>(Rules.Delete(ResourceCatalog.Pods, Rules.Created(ResourceCatalog.Pods, Documents.Pod)));
        Assert.IsType<WriteDecision.Remove>(Rules.Delete(ResourceCatalog.Pods, finished));
    }

    [Fact]
    public void Delete_Again_OnlyShortens()
    {
        var deleting = Rules.Delete(ResourceCatalog.Pods, Rules.Created(ResourceCatalog.Pods, BoundPod)).Committed().WithRevision(11);

        Assert.IsType<WriteDecision.Unchanged>(Rules.Delete(ResourceCatalog.Pods, deleting));
        Assert.IsType<WriteDecision.Unchanged>(Rules.Delete(ResourceCatalog.Pods, deleting, new DeletionOptions { GracePeriodSeconds = 60 }));
        var shorter = Rules.Delete(ResourceCatalog.Pods, deleting, new DeletionOptions { GracePeriodSeconds = 10 }).Document()["metadata"]!;
        Assert.Equal(("2026-01-02T03:04:15Z", 10L), ((string)shorter["deletionTimestamp"]!, (long)shorter["deletionGracePeriodSeconds"]!));
        Assert.IsType<WriteDecision.Remove>(Rules.Delete(ResourceCatalog.Pods, deleting, new DeletionOptions { GracePeriodSeconds = 0 }));
    }

    [Fact]
    public void Delete_WithFinalizer_WaitsUntilAnUpdateEmptiesThem()
    {
        var current = Rules.Created(ResourceCatalog.Deployments, Documents.Deployment.Replace("\"name\":\"web\",", "\"name\":\"web\",\"finalizers\":[\"example.com/x\"],", StringComparison.Ordinal));

        var deleting = Rules.Delete(ResourceCatalog.Deployments, current).Committed().WithRevision(11);
        var finalized = Rules.Update(ResourceCatalog.Deployments, deleting, root => root["metadata"]!.AsObject().Remove("finalizers"));
        var patched = Rules.Patch(ResourceCatalog.Deployments, deleting, PatchType.Merge, "{'metadata':{'finalizers':null}}");

        Assert.Equal(2, deleting.Header.Generation);
        Assert.NotNull(deleting.Header.DeletionTimestamp);
        Assert.IsType<WriteDecision.Unchanged>(Rules.Delete(ResourceCatalog.Deployments, deleting));
        Assert.IsType<WriteDecision.Remove>(finalized);
        Assert.IsType<WriteDecision.Remove>(patched);
    }

    [Fact]
    public void Update_NewFinalizerOfADeletingObject_IsForbidden()
    {
        var current = Rules.Created(ResourceCatalog.ConfigMaps, "{'metadata':{'name':'c','finalizers':['example.com/x']}}");
        var deleting = Rules.Delete(ResourceCatalog.ConfigMaps, current).Committed();

        var decision = Rules.Patch(ResourceCatalog.ConfigMaps, deleting, PatchType.StrategicMerge, "{'metadata':{'finalizers':['example.com/y']}}");

        Assert.Equal(
            ["metadata.finalizers: Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{\"example.com/y\"}"],
            decision.Causes());
    }

    [Theory]
    [InlineData(DeletionPropagation.Foreground, "foregroundDeletion")]
    [InlineData(DeletionPropagation.Orphan, "orphan")]
    public void Delete_WithPropagation_HoldsByFinalizer(DeletionPropagation propagation, string finalizer)
    {
        var current = Rules.Created(ResourceCatalog.Deployments, Documents.Deployment);

        var deleting = Rules.Delete(ResourceCatalog.Deployments, current, new DeletionOptions { Propagation = propagation }).Committed();

        Assert.Equal(finalizer, Assert.Single(deleting.Header.Finalizers));
        Assert.NotNull(deleting.Header.DeletionTimestamp);
    }

    [Fact]
    public void Delete_BackgroundAfterForeground_IsRemoved()
    {
        var current = Rules.Created(ResourceCatalog.Deployments, Documents.Deployment);
        var deleting = Rules.Delete(ResourceCatalog.Deployments, current, new DeletionOptions { Propagation = DeletionPropagation.Foreground }).Committed();

        Assert.IsType<WriteDecision.Remove>(
            Rules.Delete(ResourceCatalog.Deployments, deleting, new DeletionOptions { Propagation = DeletionPropagation.Background }));
    }

    [Fact]
    public void Delete_FailedPreconditions_AreConflicts()
    {
        var current = Rules.Created(ResourceCatalog.ConfigMaps, Documents.ConfigMap);

        var uid = Rules.Delete(ResourceCatalog.ConfigMaps, current, new DeletionOptions { Uid = "other" }).Rejected();
        var revision = Rules.Delete(ResourceCatalog.ConfigMaps, current, new DeletionOptions { Revision = 9 }).Rejected();

        Assert.Equal(409, uid.Code);
        Assert.Contains($"the UID in the precondition (other) does not match the UID in record ({Rules.Uid})", uid.Message, StringComparison.Ordinal);
        Assert.Equal(409, revision.Code);
        Assert.Contains("the ResourceVersion in the precondition (9) does not match the ResourceVersion in record (10)", revision.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Delete_Namespace_TerminatesUntilFinalizeEmptiesTheSpec()
    {
        var current = Rules.Created(ResourceCatalog.Namespaces, Documents.Namespace);

        var deleting = Rules.Delete(ResourceCatalog.Namespaces, current).Committed().WithRevision(11);
        var again = Rules.Delete(ResourceCatalog.Namespaces, deleting);
        var finalized = Rules.Update(ResourceCatalog.Namespaces, deleting, root => root["spec"]!["finalizers"] = new System.Text.Json.Nodes.JsonArray(), "finalize");

        Assert.Equal("Terminating", (string?)deleting.ToMutable()["status"]!["phase"]);
        Rules.AssertJson("['kubernetes']", deleting.ToMutable()["spec"]!["finalizers"]);
        Assert.IsType<WriteDecision.Unchanged>(again);
        Assert.IsType<WriteDecision.Remove>(finalized);
    }

    [Fact]
    public void Update_Namespace_CannotChangeSpecFinalizers()
    {
        var current = Rules.Created(ResourceCatalog.Namespaces, Documents.Namespace);

        Assert.IsType<WriteDecision.Unchanged>(
            Rules.Update(ResourceCatalog.Namespaces, current, root => root["spec"]!["finalizers"] = new System.Text.Json.Nodes.JsonArray()));
    }
}
