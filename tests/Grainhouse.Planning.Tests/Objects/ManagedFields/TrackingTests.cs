using Grainhouse.Interfaces.Grains;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning.Objects;

namespace Grainhouse.Planning.Tests.Objects.ManagedFields;

/// <summary>managedFields after creations, updates and patches.</summary>
public sealed class TrackingTests
{
    private const string Nginx =
        """
        {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"nginx","annotations":{"note":"x"}},
         "spec":{"selector":{"matchLabels":{"app":"nginx"}},"template":{"metadata":{"labels":{"app":"nginx"}},
          "spec":{"containers":[{"name":"nginx","image":"nginx:1.14.2","ports":[{"containerPort":80}]}]}}}}
        """;

    // What kube-apiserver records for this Deployment: the page "Server-Side Apply" and every cluster show this form.
    private const string NginxFields =
        """
        {"f:metadata":{"f:annotations":{".":{},"f:note":{}}},
         "f:spec":{"f:progressDeadlineSeconds":{},"f:replicas":{},"f:revisionHistoryLimit":{},"f:selector":{},
          "f:strategy":{"f:rollingUpdate":{".":{},"f:maxSurge":{},"f:maxUnavailable":{}},"f:type":{}},
          "f:template":{"f:metadata":{"f:labels":{".":{},"f:app":{}}},
           "f:spec":{"f:containers":{"k:{\"name\":\"nginx\"}":{".":{},"f:image":{},"f:imagePullPolicy":{},"f:name":{},
             "f:ports":{".":{},"k:{\"containerPort\":80,\"protocol\":\"TCP\"}":{".":{},"f:containerPort":{},"f:protocol":{}}},
             "f:resources":{},"f:terminationMessagePath":{},"f:terminationMessagePolicy":{}}},
            "f:dnsPolicy":{},"f:restartPolicy":{},"f:schedulerName":{},"f:securityContext":{},"f:terminationGracePeriodSeconds":{}}}}}
        """;

    [Fact]
    public void Create_Deployment_RecordsWhatKubernetesRecords()
    {
        var created = Managers.Created(ResourceCatalog.Deployments, Nginx, "kubectl-create");

        var entry = created.Entry("kubectl-create");
        Rules.AssertJson(NginxFields, entry["fieldsV1"]);
        Assert.Equal(
            ("apps/v1", "FieldsV1", "2026-01-02T03:04:05Z"), ((string?)entry["apiVersion"], (string?)entry["fieldsType"], (string?)entry["time"]));
    }

    [Fact]
    public void Create_ByTheClusterItself_RecordsNothing() =>
        Assert.Empty(Rules.Create(ResourceCatalog.Pods, Documents.Pod).Committed().List());

    [Fact]
    public void Create_SetsKeysAndWholeValues_AreSpeltAsUpstreamSpellsThem()
    {
        var created = Managers.Created(
            ResourceCatalog.Pods,
            """
            {"metadata":{"name":"p","finalizers":["a.b/c"],"ownerReferences":[{"apiVersion":"v1","kind":"Node","name":"n","uid":"u"}]},
             "spec":{"nodeSelector":{"a":"b"},"tolerations":[{"operator":"Exists"}],"imagePullSecrets":[{"name":"s"}],
              "containers":[{"name":"a","image":"b","env":[{"name":"A","valueFrom":{"secretKeyRef":{"name":"s","key":"k"}}}]}]}}
            """,
            "m");

        var fields = created.Fields("m");

        Rules.AssertJson("{'.':{},'v:\\'a.b/c\\'':{}}".Replace("\\'", "\\\""), fields["f:metadata"]!["f:finalizers"]);
        Rules.AssertJson("""{".":{},"k:{\"uid\":\"u\"}":{}}""", fields["f:metadata"]!["f:ownerReferences"]);
        Rules.AssertJson("{}", fields["f:spec"]!["f:nodeSelector"]);
        Rules.AssertJson("{}", fields["f:spec"]!["f:tolerations"]);
        Rules.AssertJson("""{".":{},"k:{\"name\":\"s\"}":{}}""", fields["f:spec"]!["f:imagePullSecrets"]);
        Rules.AssertJson(
            """{".":{},"k:{\"name\":\"A\"}":{".":{},"f:name":{},"f:valueFrom":{".":{},"f:secretKeyRef":{}}}}""",
            fields["f:spec"]!["f:containers"]!["k:{\"name\":\"a\"}"]!["f:env"]);
    }

    [Fact]
    public void Update_ByAnother_MovesWhatItChanged()
    {
        var current = Managers.Created(ResourceCatalog.ConfigMaps, "{'metadata':{'name':'c'},'data':{'a':'1','b':'2'}}", "one");

        var after = ObjectRules.Update(
            ResourceCatalog.ConfigMaps, current, Rules.Utf8("{'metadata':{'name':'c'},'data':{'a':'1','b':'3','c':'4'}}"), Managers.By("two"), Managers.Later(9)).Committed();

        Rules.AssertJson("{'f:data':{'.':{},'f:a':{}}}", after.Fields("one"));
        Rules.AssertJson("{'f:data':{'f:b':{},'f:c':{}}}", after.Fields("two"));
        Assert.Equal("2026-01-02T03:04:05Z", (string?)after.Entry("one")["time"]);
        Assert.Equal("2026-01-02T03:04:14Z", (string?)after.Entry("two")["time"]);
    }

    [Fact]
    public void Update_ThatRemovesEverythingOfAManager_RemovesItsEntry()
    {
        var current = Managers.Created(ResourceCatalog.ConfigMaps, "{'metadata':{'name':'c'},'data':{'a':'1'}}", "one");

        var after = ObjectRules.Update(ResourceCatalog.ConfigMaps, current, Rules.Utf8("{'metadata':{'name':'c'}}"), Managers.By("two"), Rules.Context).Committed();

        Assert.Empty(after.List());
    }

    [Fact]
    public void Update_WithTheListAsItWas_ChangesNothing()
    {
        var current = Managers.Created(ResourceCatalog.ConfigMaps, Documents.ConfigMap, "one");

        Assert.IsType<WriteDecision.Unchanged>(
            ObjectRules.Update(ResourceCatalog.ConfigMaps, current, current.ToJson(), Managers.By("two"), Managers.Later(60)));
    }

    [Fact]
    public void Status_ByTheCluster_HasAnEntryOfItsOwn()
    {
        var current = Managers.Created(ResourceCatalog.Pods, Documents.Pod, "kubectl-run");

        var after = Rules.Update(ResourceCatalog.Pods, current, "{'status':{'phase':'Running','conditions':[{'type':'Ready','status':'True'}]}}", "status").Committed();

        Assert.Equal(["grainhouse/Update/status", "kubectl-run/Update/"], after.Names().Order());
        Rules.AssertJson(
            """{"f:status":{"f:conditions":{".":{},"k:{\"type\":\"Ready\"}":{".":{},"f:status":{},"f:type":{}}},"f:phase":{}}}""",
            after.Fields("grainhouse", subresource: "status"));
    }

    [Fact]
    public void Status_ByTheClusterOfItsOwnObject_IsNotFollowed()
    {
        var current = Rules.Created(ResourceCatalog.Pods, Documents.Pod);

        var after = Rules.Update(ResourceCatalog.Pods, current, "{'status':{'phase':'Running'}}", "status").Committed();

        Assert.Empty(after.List());
    }

    [Fact]
    public void Scale_Patched_IsOwnedThroughTheSubresource()
    {
        var current = Managers.Created(ResourceCatalog.Deployments, Documents.Deployment, "one");

        var after = Rules.Patch(ResourceCatalog.Deployments, current, PatchType.Merge, "{'spec':{'replicas':7}}", Managers.By("scaler", "scale")).Committed();

        Rules.AssertJson("{'f:spec':{'f:replicas':{}}}", after.Fields("scaler", subresource: "scale"));
        Assert.Equal("apps/v1", (string?)after.Entry("scaler", subresource: "scale")["apiVersion"]);
        Assert.Null(after.Fields("one")["f:spec"]!["f:replicas"]);
    }

    [Fact]
    public void Patch_OfManagedFieldsWithOneEmptyEntry_ForgetsThem()
    {
        var current = Managers.Created(ResourceCatalog.ConfigMaps, Documents.ConfigMap, "one");

        var after = Rules.Patch(ResourceCatalog.ConfigMaps, current, PatchType.Merge, "{'metadata':{'managedFields':[{}]}}", Managers.By("two")).Committed();

        Assert.Empty(after.List());
        Assert.Empty(Rules.Patch(ResourceCatalog.ConfigMaps, after.WithRevision(11), PatchType.Merge, "{'data':{'z':'1'}}", Managers.By("two")).Committed().List());
    }

    [Fact]
    public void Patch_OfManagedFieldsByJsonPatch_RenamesAManager()
    {
        var current = Managers.Created(ResourceCatalog.ConfigMaps, Documents.ConfigMap, "kubectl-client-side-apply");
        var patch = "[{'op':'test','path':'/metadata/managedFields/0/manager','value':'kubectl-client-side-apply'},"
            + "{'op':'replace','path':'/metadata/managedFields/0/manager','value':'kubectl'},"
            + "{'op':'replace','path':'/metadata/managedFields/0/operation','value':'Apply'},"
            + "{'op':'replace','path':'/metadata/resourceVersion','value':'10'}]";

        var after = Rules.Patch(ResourceCatalog.ConfigMaps, current, PatchType.Json, patch, Managers.By("kubectl-apply")).Committed();

        Assert.Equal(["kubectl/Apply/"], after.Names());
        Rules.AssertJson("{'f:data':{'.':{},'f:a':{}}}", after.Fields("kubectl", "Apply"));
    }

    [Fact]
    public void Update_WithAnOperationThatIsNone_422()
    {
        var current = Managers.Created(ResourceCatalog.ConfigMaps, Documents.ConfigMap, "one");

        var refused = Rules.Update(
            ResourceCatalog.ConfigMaps, current, document => document["metadata"]!["managedFields"]![0]!["operation"] = "Merge");

        Assert.Equal(["metadata.managedFields[0].operation: Invalid value: \"Merge\": must be `Apply` or `Update`"], refused.Causes());
    }

    [Fact]
    public void Update_WithAListThatCannotBeRead_KeepsTheOneThatThereIs()
    {
        var current = Managers.Created(ResourceCatalog.ConfigMaps, Documents.ConfigMap, "one");

        Assert.IsType<WriteDecision.Unchanged>(Rules.Update(
            ResourceCatalog.ConfigMaps, current, document => document["metadata"]!["managedFields"]![0]!["fieldsV1"] = new System.Text.Json.Nodes.JsonObject { ["nonsense"] = 1 }));
    }

    [Fact]
    public void Update_ByMoreThanTenManagers_PutsTheOldestTogether()
    {
        var current = Managers.Created(ResourceCatalog.ConfigMaps, "{'metadata':{'name':'c'},'data':{'k0':'0'}}", "m00");
        for (var i = 1; i < 14; i++)
        {
            current = ObjectRules.Patch(
                ResourceCatalog.ConfigMaps, current, PatchType.Merge, Rules.Utf8($"{{'data':{{'k{i}':'{i}'}}}}"), Managers.By($"m{i:00}"), Managers.Later(i)).Committed().WithRevision(10 + i);
        }

        Assert.Equal(10, current.List().Count);
        Rules.AssertJson("{'f:data':{'.':{},'f:k0':{},'f:k1':{},'f:k2':{},'f:k3':{},'f:k4':{}}}", current.Fields("ancient-changes"));
        Assert.Equal("2026-01-02T03:04:09Z", (string?)current.Entry("ancient-changes")["time"]);
    }

    [Fact]
    public void Delete_Graceful_KeepsTheList()
    {
        var current = Managers.Created(ResourceCatalog.ConfigMaps, "{'metadata':{'name':'c','finalizers':['a.b/c']}}", "one");

        Assert.Equal(["one/Update/"], Rules.Delete(ResourceCatalog.ConfigMaps, current).Committed().Names());
    }
}
