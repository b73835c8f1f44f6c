using Grainhouse.Interfaces.Grains;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning.Objects;

namespace Grainhouse.Planning.Tests.Objects.ManagedFields;

/// <summary>Server-side apply, case by case.</summary>
public sealed class ApplyTests
{
    private static readonly ResourceDescriptor Deployments = ResourceCatalog.Deployments;

    private static string Web(string spec) =>
        $"{{'apiVersion':'apps/v1','kind':'Deployment','metadata':{{'name':'web','namespace':'default'}},'spec':{spec}}}";

    private static string Whole(string replicas = "", string image = "nginx", string env = "") => Web(
        $"{{{replicas}'selector':{{'matchLabels':{{'app':'web'}}}},'template':{{'metadata':{{'labels':{{'app':'web'}}}},"
        + $"'spec':{{'containers':[{{'name':'main','image':'{image}'{env}}}]}}}}}}");

    private static string Map(string data) => $"{{'apiVersion':'v1','kind':'ConfigMap','metadata':{{'name':'c'}},'data':{data}}}";

    private static KubeObject Applied(ResourceDescriptor resource, KubeObject? current, string config, string manager, bool force = false, long revision = 10) =>
        Managers.Apply(resource, current, config, Managers.By(manager, force: force)).Committed().WithRevision(revision);

    [Fact]
    public void Apply_New_CreatesAndOwnsWhatItNames()
    {
        var created = Applied(Deployments, null, Whole("'replicas':2,"), "gitops");

        Assert.Equal(["gitops/Apply/"], created.Names());
        Rules.AssertJson(
            """
            {"f:spec":{"f:replicas":{},"f:selector":{},"f:template":{"f:metadata":{"f:labels":{"f:app":{}}},
             "f:spec":{"f:containers":{"k:{\"name\":\"main\"}":{".":{},"f:image":{},"f:name":{}}}}}}}
            """,
            created.Fields("gitops", "Apply"));
        Assert.Equal("RollingUpdate", (string?)created.ToMutable()["spec"]!["strategy"]!["type"]);
    }

    [Fact]
    public void Apply_Again_ChangesNothing()
    {
        var created = Applied(Deployments, null, Whole("'replicas':2,"), "gitops");

        Assert.IsType<WriteDecision.Unchanged>(Managers.Apply(Deployments, created, Whole("'replicas':2,"), Managers.By("gitops"), Managers.Later(60)));
    }

    [Fact]
    public void Apply_WithoutAFieldItOwned_RemovesIt()
    {
        var one = Applied(ResourceCatalog.ConfigMaps, null, Map("{'a':'1','b':'2'}"), "x");

        Rules.AssertJson("{'a':'1'}", Applied(ResourceCatalog.ConfigMaps, one, Map("{'a':'1'}"), "x").ToMutable()["data"]);
    }

    [Fact]
    public void Apply_WithoutAFieldThatAnotherOwnsToo_LeavesIt()
    {
        var one = Applied(ResourceCatalog.ConfigMaps, null, Map("{'a':'1','b':'2'}"), "x");
        var two = Applied(ResourceCatalog.ConfigMaps, one, Map("{'b':'2'}"), "y");

        var three = Applied(ResourceCatalog.ConfigMaps, two, Map("{'a':'1'}"), "x");

        Rules.AssertJson("{'a':'1','b':'2'}", three.ToMutable()["data"]);
        Rules.AssertJson("{'f:data':{'f:b':{}}}", three.Fields("y", "Apply"));
        Rules.AssertJson("{'f:data':{'f:a':{}}}", three.Fields("x", "Apply"));
    }

    [Fact]
    public void Apply_WithoutADefaultedField_SetsTheDefaultAgain()
    {
        var one = Applied(Deployments, null, Whole("'replicas':5,"), "x");

        Assert.Equal(1, (int)Applied(Deployments, one, Whole(), "x").ToMutable()["spec"]!["replicas"]!);
    }

    [Fact]
    public void Apply_OverAnothersValue_409WithTheFieldAndItsManager()
    {
        var current = Managers.Created(Deployments, Whole("'replicas':2,"), "kubectl-create");

        var error = Managers.Apply(Deployments, current, Web("{'replicas':3}"), Managers.By("hpa")).Rejected();

        Assert.Equal((409, "Conflict"), (error.Code, error.Reason));
        Assert.Equal("Apply failed with 1 conflict: conflict with \"kubectl-create\" using apps/v1: .spec.replicas", error.Message);
        Assert.Equal(new StatusCause("FieldManagerConflict", "conflict with \"kubectl-create\" using apps/v1", ".spec.replicas"), Assert.Single(error.Causes));
    }

    [Fact]
    public void Apply_OverValuesOfTwo_TellsOfEach()
    {
        var current = Applied(Deployments, null, Whole("'replicas':2,", env: ",'env':[{'name':'A','value':'1'}]"), "x");
        current = Rules.Patch(Deployments, current, PatchType.Merge, "{'spec':{'paused':true}}", Managers.By("y")).Committed().WithRevision(11);

        var error = Managers.Apply(
            Deployments, current, Whole("'replicas':3,'paused':false,", "other", ",'env':[{'name':'A','value':'2'}]"), Managers.By("z")).Rejected();

        Assert.Equal(
            "Apply failed with 4 conflicts: conflicts with \"x\":\n- .spec.replicas\n"
            + "- .spec.template.spec.containers[name=\"main\"].env[name=\"A\"].value\n- .spec.template.spec.containers[name=\"main\"].image\n"
            + "conflicts with \"y\" using apps/v1:\n- .spec.paused",
            error.Message);
    }

    [Fact]
    public void Apply_ByForce_TakesTheField()
    {
        var current = Applied(ResourceCatalog.ConfigMaps, null, Map("{'a':'1','b':'2'}"), "x");

        var after = Applied(ResourceCatalog.ConfigMaps, current, Map("{'a':'9'}"), "y", force: true);

        Rules.AssertJson("{'a':'9','b':'2'}", after.ToMutable()["data"]);
        Rules.AssertJson("{'f:data':{'f:b':{}}}", after.Fields("x", "Apply"));
        Rules.AssertJson("{'f:data':{'f:a':{}}}", after.Fields("y", "Apply"));
    }

    [Fact]
    public void Apply_SameValueAsAnother_IsSharedAndWritten()
    {
        var current = Applied(ResourceCatalog.ConfigMaps, null, Map("{'a':'1'}"), "x");

        var after = Applied(ResourceCatalog.ConfigMaps, current, Map("{'a':'1'}"), "y");

        Assert.Equal(["x/Apply/", "y/Apply/"], after.Names());
    }

    [Fact]
    public void Apply_ToAnObjectThatNobodyFollowed_LeavesTheRestToThoseBefore()
    {
        var current = Rules.Created(ResourceCatalog.ConfigMaps, "{'metadata':{'name':'c'},'data':{'a':'1','b':'2'}}");

        var after = Applied(ResourceCatalog.ConfigMaps, current, Map("{'c':'3'}"), "x");

        Rules.AssertJson("{'a':'1','b':'2','c':'3'}", after.ToMutable()["data"]);
        Rules.AssertJson("{'f:data':{'.':{},'f:a':{},'f:b':{}}}", after.Fields("before-first-apply"));
        Assert.Equal(409, Managers.Apply(ResourceCatalog.ConfigMaps, current, Map("{'a':'9'}"), Managers.By("x")).Rejected().Code);
    }

    [Fact]
    public void Apply_ItemsOfAKeyedList_AreMergedByKeyInTheApplierOrder()
    {
        var current = Managers.Created(Deployments, Whole(env: ",'env':[{'name':'A','value':'1'},{'name':'B','value':'2'}]"), "x");

        var after = Applied(Deployments, current, Whole(env: ",'env':[{'name':'C','value':'3'},{'name':'A','value':'1'}]"), "y");

        Assert.Equal(
            ["C", "A", "B"],
            after.ToMutable()["spec"]!["template"]!["spec"]!["containers"]![0]!["env"]!.AsArray().Select(item => (string)item!["name"]!));
    }

    [Fact]
    public void Apply_WholeListOfAnother_IsAConflictOfTheList()
    {
        var current = Managers.Created(ResourceCatalog.Pods, "{'metadata':{'name':'p'},'spec':{'containers':[{'name':'a','image':'b','args':['1']}]}}", "x");
        const string Config = "{'apiVersion':'v1','kind':'Pod','metadata':{'name':'p'},'spec':{'containers':[{'name':'a','args':['2']}]}}";

        Assert.Equal(
            "Apply failed with 1 conflict: conflict with \"x\" using v1: .spec.containers[name=\"a\"].args",
            Managers.Apply(ResourceCatalog.Pods, current, Config, Managers.By("y")).Rejected().Message);
    }

    [Fact]
    public void Apply_ToStatus_OwnsAndChangesStatusAlone()
    {
        var current = Managers.Created(Deployments, Whole("'replicas':2,"), "x");

        var after = Managers.Apply(
            Deployments, current, "{'apiVersion':'apps/v1','kind':'Deployment','metadata':{'name':'web'},'spec':{'replicas':9},'status':{'readyReplicas':1}}", Managers.By("y", "status")).Committed();

        Assert.Equal((2, 1), ((int)after.ToMutable()["spec"]!["replicas"]!, (int)after.ToMutable()["status"]!["readyReplicas"]!));
        Rules.AssertJson("{'f:status':{'f:readyReplicas':{}}}", after.Fields("y", "Apply", "status"));
    }

    [Fact]
    public void Apply_ToScale_ConflictsAndScales()
    {
        var current = Managers.Created(Deployments, Whole("'replicas':2,"), "x");
        const string Scale = "{'apiVersion':'autoscaling/v1','kind':'Scale','metadata':{'name':'web','namespace':'default'},'spec':{'replicas':4}}";

        Assert.Equal(409, Managers.Apply(Deployments, current, Scale, Managers.By("hpa", "scale")).Rejected().Code);
        var after = Managers.Apply(Deployments, current, Scale, Managers.By("hpa", "scale", force: true)).Committed();

        Assert.Equal(4, (int)after.ToMutable()["spec"]!["replicas"]!);
        Rules.AssertJson("{'f:spec':{'f:replicas':{}}}", after.Fields("hpa", "Apply", "scale"));
        Assert.Equal(2, (int)after.ToMutable()["metadata"]!["generation"]!);
    }

    [Theory]
    [InlineData("{'apiVersion':'apps/v2','kind':'Deployment','metadata':{'name':'web'}}", 400, "Incorrect version specified in apply patch. Specified patch version: apps/v2, expected: apps/v1")]
    [InlineData("{'apiVersion':'apps/v1','kind':'Deployment','metadata':{'name':'web','managedFields':[]}}", 400, "metadata.managedFields must be nil")]
    [InlineData("{'apiVersion':'apps/v1','kind':'Deployment','metadata':{'name':'other'}}", 400, "the name of the object (other) does not match the name on the URL (web)")]
    [InlineData("[]", 400, "error decoding YAML: json: cannot unmarshal into Go value of type map[string]interface {}")]
    [InlineData(
        "{'apiVersion':'apps/v1','kind':'Deployment','metadata':{'name':'web','namespace':'default'},'spec':{'foo':1}}",
        500,
        "failed to create typed patch object (default/web; apps/v1, Kind=Deployment): .spec.foo: field not declared in schema")]
    [InlineData(
        "{'apiVersion':'apps/v1','kind':'Deployment','metadata':{'name':'web','namespace':'default'},'spec':{'replicas':'2','paused':1}}",
        500,
        "failed to create typed patch object (default/web; apps/v1, Kind=Deployment): errors:\n  .spec.replicas: expected numeric (int or float), got string\n"
        + "  .spec.paused: expected boolean, got &value.valueUnstructured{Value:1}")]
    [InlineData(
        "{'apiVersion':'apps/v1','kind':'Deployment','metadata':{'name':'web'},'spec':{'template':{'spec':{'containers':[{'name':'a','env':[{'name':'A'},{'name':'A'}]}]}}}}",
        500,
        "failed to create typed patch object (/web; apps/v1, Kind=Deployment): .spec.template.spec.containers[name=\"a\"].env: duplicate entries for key [name=\"A\"]")]
    public void Apply_WhatCannotBe_IsRefusedInUpstreamsWords(string config, int code, string message)
    {
        var current = Applied(Deployments, null, Whole(), "x");

        var error = ObjectRules.Apply(Deployments, current.Key, current, Rules.Utf8(config), Managers.By("y"), Rules.Context).Rejected();

        Assert.Equal((code, message), (error.Code, error.Message));
    }

    [Theory]
    [InlineData("'uid':'u'", "Operation cannot be fulfilled on configmaps \"c\": uid mismatch: the provided object specified uid u, and no existing object was found")]
    [InlineData("'resourceVersion':'5'", "Operation cannot be fulfilled on configmaps \"c\": the object has been modified; please apply your changes to the latest version and try again")]
    public void Apply_NewWithAPrecondition_409(string metadata, string message)
    {
        var error = Managers.Apply(ResourceCatalog.ConfigMaps, null, $"{{'apiVersion':'v1','kind':'ConfigMap','metadata':{{'name':'c',{metadata}}}}}", Managers.By("x")).Rejected();

        Assert.Equal((409, message), (error.Code, error.Message));
    }

    [Fact]
    public void Apply_WithAStaleRevision_409()
    {
        var current = Applied(ResourceCatalog.ConfigMaps, null, Map("{'a':'1'}"), "x");

        var error = Managers.Apply(
            ResourceCatalog.ConfigMaps, current, "{'apiVersion':'v1','kind':'ConfigMap','metadata':{'name':'c','resourceVersion':'3'},'data':{'a':'2'}}", Managers.By("x")).Rejected();

        Assert.Equal("Conflict", error.Reason);
    }

    [Fact]
    public void Apply_WithAFieldTwice_IsRefusedOrWarnedOf()
    {
        const string Twice = "{'apiVersion':'v1','kind':'ConfigMap','metadata':{'name':'c'},'data':{'a':'1','a':'2'}}";

        var strict = Managers.Apply(ResourceCatalog.ConfigMaps, null, Twice, Managers.By("x") with { FieldValidation = FieldValidation.Strict }).Rejected();
        var warned = Managers.Apply(ResourceCatalog.ConfigMaps, null, Twice, Managers.By("x"));

        Assert.Equal(400, strict.Code);
        Assert.Contains("already set in map", strict.Message, StringComparison.Ordinal);
        Assert.Contains("already set in map", Assert.Single(warned.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void Apply_ByKubectlAfterItsClientSideApply_IsNoConflictAndKeepsTheAnnotation()
    {
        const string Last = "{\\\"apiVersion\\\":\\\"v1\\\",\\\"kind\\\":\\\"ConfigMap\\\",\\\"metadata\\\":{\\\"name\\\":\\\"c\\\"},\\\"data\\\":{\\\"a\\\":\\\"1\\\"}}";
        var json = "{\"metadata\":{\"name\":\"c\",\"annotations\":{\"kubectl.kubernetes.io/last-applied-configuration\":\"" + Last + "\"}},\"data\":{\"a\":\"1\"}}";
        var current = Managers.Created(ResourceCatalog.ConfigMaps, json, "kubectl-client-side-apply");

        Assert.Equal(409, Managers.Apply(ResourceCatalog.ConfigMaps, current, Map("{'a':'2'}"), Managers.By("other")).Rejected().Code);
        var after = Applied(ResourceCatalog.ConfigMaps, current, Map("{'a':'2'}"), "kubectl");

        Assert.Equal("2", (string?)after.ToMutable()["data"]!["a"]);
        Assert.Contains("\"a\":\"2\"", (string?)after.ToMutable()["metadata"]!["annotations"]!["kubectl.kubernetes.io/last-applied-configuration"], StringComparison.Ordinal);
    }

    [Fact]
    public void Apply_OfWhatIsInvalid_422()
    {
        Assert.Equal(422, Managers.Apply(Deployments, null, Web("{'replicas':-1}"), Managers.By("x")).Rejected().Code);
    }
}
