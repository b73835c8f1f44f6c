using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Grains;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning.Objects;

namespace Grainhouse.Planning.Tests.Objects;

public sealed class PatchTests
{
    [Fact]
    public void Strategic_ContainerByName_IsMerged()
    {
        var patched = Strategic("{'spec':{'template':{'spec':{'containers':[{'name':'main','image':'nginx:2'}]}}}}");

        var container = patched["spec"]!["template"]!["spec"]!["containers"]![0]!;
        Assert.Equal("nginx:2", (string?)container["image"]);
        Assert.Equal(80, (long)container["ports"]![0]!["containerPort"]!);
    }

    [Fact]
    public void Strategic_NewContainer_ComesFirst_UnlessTheOrderIsSet()
    {
        var first = Strategic("{'spec':{'template':{'spec':{'containers':[{'name':'side','image':'s'}]}}}}");
        var last = Strategic(
            "{'spec':{'template':{'spec':{'$setElementOrder/containers':[{'name':'main'},{'name':'side'}],'containers':[{'name':'side','image':'s'}]}}}}");

        Assert.Equal(["side", "main"], Names(first["spec"]!["template"]!["spec"]!["containers"]!));
        Assert.Equal(["main", "side"], Names(last["spec"]!["template"]!["spec"]!["containers"]!));
    }

    [Fact]
    public void Strategic_DeleteDirective_RemovesTheItem()
    {
        var patched = Strategic("{'spec':{'template':{'spec':{'containers':[{'name':'main','env':[{'name':'A','$patch':'delete'}]}]}}}}");

        Assert.Equal(["B"], Names(patched["spec"]!["template"]!["spec"]!["containers"]![0]!["env"]!));
    }

    [Fact]
    public void Strategic_ReplaceDirective_ReplacesListOrObject()
    {
        var list = Strategic("{'spec':{'template':{'spec':{'containers':[{'name':'main','env':[{'$patch':'replace'},{'name':'C','value':'3'}]}]}}}}");
        var node = Strategic("{'metadata':{'labels':{'$patch':'replace','x':'y'}}}");

        Assert.Equal(["C"], Names(list["spec"]!["template"]!["spec"]!["containers"]![0]!["env"]!));
        Rules.AssertJson("{'x':'y'}", node["metadata"]!["labels"]);
    }

    [Fact]
    public void Strategic_RetainKeys_DropsTheOthers()
    {
        var patched = Strategic("{'spec':{'strategy':{'$retainKeys':['type'],'type':'Recreate'}}}");

        Rules.AssertJson("{'type':'Recreate'}", patched["spec"]!["strategy"]);
    }

    [Fact]
    public void Strategic_VolumeOfAnotherType_RetainKeysReplacesTheSource()
    {
        var patched = Strategic("{'spec':{'template':{'spec':{'volumes':[{'$retainKeys':['name','emptyDir'],'name':'config','emptyDir':{}}]}}}}");

        Rules.AssertJson("[{'name':'config','emptyDir':{}}]", patched["spec"]!["template"]!["spec"]!["volumes"]);
    }

    [Fact]
    public void Strategic_Finalizers_MergeAsASet_AndAreDeletedByName()
    {
        var added = Rules.Patch(
            ResourceCatalog.Deployments, Current(), PatchType.StrategicMerge, "{'metadata':{'finalizers':['a.b/x','a.b/y']}}").Committed();
        var merged = Rules.Patch(ResourceCatalog.Deployments, added, PatchType.StrategicMerge, "{'metadata':{'finalizers':['a.b/z','a.b/x']}}").Committed();
        var deleted = Rules.Patch(
            ResourceCatalog.Deployments,
            merged,
            PatchType.StrategicMerge,
            "{'metadata':{'$deleteFromPrimitiveList/finalizers':['a.b/y'],'$setElementOrder/finalizers':['a.b/x','a.b/z']}}").Committed();

        Assert.Equal(["a.b/x", "a.b/y", "a.b/z"], merged.Header.Finalizers.Order().ToArray());
        Assert.Equal(["a.b/x", "a.b/z"], deleted.Header.Finalizers.ToArray());
    }

    [Fact]
    public void Strategic_AtomicList_IsReplaced() =>
        Rules.AssertJson(
            "['b']",
            Rules.Patch(
                ResourceCatalog.Deployments,
                Rules.Patch(
                    ResourceCatalog.Deployments,
                    Current(),
                    PatchType.StrategicMerge,
                    "{'spec':{'template':{'spec':{'containers':[{'name':'main','args':['a','c']}]}}}}").Committed(),
                PatchType.StrategicMerge,
                "{'spec':{'template':{'spec':{'containers':[{'name':'main','args':['b']}]}}}}").Document()["spec"]!["template"]!["spec"]!["containers"]![0]!["args"]);

    [Fact]
    public void Strategic_NullDeletes()
    {
        var patched = Strategic("{'metadata':{'labels':{'app':null,'b':'c'}},'spec':{'minReadySeconds':null}}");

        Rules.AssertJson("{'b':'c'}", patched["metadata"]!["labels"]);
    }

    [Theory]
    [InlineData("{'spec':{'template':{'spec':{'containers':[{'image':'x'}]}}}}", "does not contain declared merge key: name")]
    [InlineData("{'spec':{'strategy':{'$retainKeys':'type'}}}", "invalid patch format of retainKeys")]
    [InlineData("{'spec':{'$patch':'merg'}}", "unknown patch type 'merg' in map")]
    [InlineData("[]", "json: cannot unmarshal array into Go value of type map[string]interface {}")]
    [InlineData("{'spec'", "error decoding patch: unexpected end of JSON input")]
    public void Strategic_Malformed_IsBadRequest(string patch, string words)
    {
        var error = Rules.Patch(ResourceCatalog.Deployments, Current(), PatchType.StrategicMerge, patch).Rejected();

        Assert.Equal(400, error.Code);
        Assert.Contains(words, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Strategic_KubectlApplyAgain_ChangesNothing()
    {
        const string Same =
            "{'spec':{'$setElementOrder/x':[],'template':{'spec':{'$setElementOrder/containers':[{'name':'main'}],"
            + "'containers':[{'$setElementOrder/env':[{'name':'A'},{'name':'B'}],'name':'main','image':'nginx:1.27'}]}}}}";

        Assert.IsType<WriteDecision.Unchanged>(Rules.Patch(ResourceCatalog.Deployments, Current(), PatchType.StrategicMerge, Same));
    }

    [Fact]
    public void Json_TestThatFails_IsInvalid()
    {
        var error = Rules.Patch(
            ResourceCatalog.Deployments, Current(), PatchType.Json, "[{'op':'test','path':'/spec/replicas','value':9},{'op':'remove','path':'/spec'}]").Rejected();

        Assert.Equal((422, "Invalid", "the server rejected our request due to an error in our request"), (error.Code, error.Reason, error.Message));
        Assert.Equal("testing value /spec/replicas failed: test failed", Assert.Single(error.Causes).Message);
    }

    [Theory]
    [InlineData("{}", "json: cannot unmarshal object into Go value of type jsonpatch.Patch")]
    [InlineData("[1]", "json: cannot unmarshal number into Go value of type jsonpatch.Operation")]
    public void Json_Malformed_IsBadRequest(string patch, string words)
    {
        var error = Rules.Patch(ResourceCatalog.Deployments, Current(), PatchType.Json, patch).Rejected();

        Assert.Equal((400, words), (error.Code, error.Message));
    }

    [Fact]
    public void Json_CopiesThatDoubleTheDocument_AreTooLarge()
    {
        var copies = Enumerable.Range(0, 40).Select(place => $"{{'op':'copy','from':'/metadata/annotations','path':'/metadata/annotations/{place}'}}");

        var error = Rules.Patch(
            ResourceCatalog.Deployments, Current(), PatchType.Json, $"[{{'op':'add','path':'/metadata/annotations','value':{{'a':'b'}}}},{string.Join(',', copies)}]").Rejected();

        Assert.Equal((413, "RequestEntityTooLarge"), (error.Code, error.Reason));
        Assert.StartsWith("Unable to complete the copy, the accumulated size increase of copy is ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Json_NestedDeeperByEachOperation_DoesNotApply()
    {
        const int Deep = 200;
        var value = string.Concat(Enumerable.Repeat("{'a':", Deep)) + "1" + new string('}', Deep);
        var below = string.Concat(Enumerable.Repeat("/a", Deep - 1));
        var steps = Enumerable.Range(0, 3).Select(step => $"{{'op':'add','path':'/x{step}','value':{value}}},{{'op':'move','from':'/x{step}','path':'/x{step + 1}{below}'}}").Reverse();

        var error = Rules.Patch(ResourceCatalog.Deployments, Current(), PatchType.Json, $"[{{'op':'add','path':'/x3','value':{value}}},{string.Join(',', steps)}]").Rejected();

        Assert.Equal(422, error.Code);
        Assert.Contains("nested more than 256 deep", Assert.Single(error.Causes).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Json_MoveToItsOwnPlace_ChangesNothing() =>
        Assert.IsType<WriteDecision.Unchanged>(Rules.Patch(ResourceCatalog.Deployments, Current(), PatchType.Json, "[{'op':'move','from':'/spec','path':'/spec'}]"));

    [Fact]
    public void Merge_WrongType_IsInvalidPatch()
    {
        var error = Rules.Patch(ResourceCatalog.Deployments, Current(), PatchType.Merge, "{'spec':{'replicas':'x'}}").Rejected();

        Assert.Equal(422, error.Code);
        var cause = Assert.Single(error.Causes);
        Assert.Equal("patch", cause.Field);
        Assert.EndsWith("json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32", cause.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(PatchType.Merge, "{'metadata':{'resourceVersion':'9'},'spec':{'replicas':5}}")]
    [InlineData(PatchType.StrategicMerge, "{'metadata':{'resourceVersion':'9'},'spec':{'replicas':5}}")]
    [InlineData(PatchType.Json, "[{'op':'replace','path':'/metadata/resourceVersion','value':'9'},{'op':'replace','path':'/spec/replicas','value':5}]")]
    public void Patch_OfAStaleRevision_IsConflict(PatchType type, string patch) =>
        Assert.Equal(409, Rules.Patch(ResourceCatalog.Deployments, Current(), type, patch).Rejected().Code);

    [Fact]
    public void Patch_StatusSubresource_LeavesTheSpec()
    {
        var patched = Rules.Patch(
            ResourceCatalog.Deployments,
            Current(),
            PatchType.StrategicMerge,
            "{'spec':{'replicas':9},'status':{'conditions':[{'type':'Available','status':'True'}]}}",
            new WriteOptions { Subresource = "status" }).Document();

        Assert.Equal(3, (long)patched["spec"]!["replicas"]!);
        Rules.AssertJson("{'conditions':[{'type':'Available','status':'True'}]}", patched["status"]);
    }

    private static KubeObject Current() => Rules.Created(ResourceCatalog.Deployments, Documents.Deployment);

    private static JsonObject Strategic(string patch) =>
        Rules.Patch(ResourceCatalog.Deployments, Current(), PatchType.StrategicMerge, patch).Document();

    private static string[] Names(JsonNode list) => [.. list.AsArray().Select(item => (string)item!["name"]!)];
}
