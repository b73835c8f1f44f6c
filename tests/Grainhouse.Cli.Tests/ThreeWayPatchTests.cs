using System.Text.Json.Nodes;
using Grainhouse.Client;

namespace Grainhouse.Cli.Tests;

public sealed class ThreeWayPatchTests
{
    [Fact]
    public void Make_NothingAppliedBefore_IsTheManifest()
    {
        var manifest = Parse("""{"spec":{"replicas":3}}""");

        Assert.Equal(manifest.ToJsonString(), ThreeWayPatch.Make(null, manifest).ToJsonString());
    }

    [Fact]
    public void Make_FieldTakenOut_IsDeletedByNull()
    {
        var patch = ThreeWayPatch.Make(Parse("""{"spec":{"replicas":3,"paused":true}}"""), Parse("""{"spec":{"replicas":3}}"""));

        Assert.Equal("""{"spec":{"replicas":3,"paused":null}}""", patch.ToJsonString());
    }

    [Fact]
    public void Make_ListItemTakenOut_IsDeletedByItsMergeKey()
    {
        var patch = ThreeWayPatch.Make(
            Parse("""{"containers":[{"name":"a","image":"x"},{"name":"b","image":"y"}]}"""),
            Parse("""{"containers":[{"name":"a","image":"z"}]}"""));

        Assert.Equal("""{"containers":[{"name":"a","image":"z"},{"$patch":"delete","name":"b"}]}""", patch.ToJsonString());
    }

    [Fact]
    public void Make_FieldOfAListItemTakenOut_IsDeletedInTheItem()
    {
        var patch = ThreeWayPatch.Make(
            Parse("""{"containers":[{"name":"a","tty":true}]}"""), Parse("""{"containers":[{"name":"a"}]}"""));

        Assert.Equal("""{"containers":[{"name":"a","tty":null}]}""", patch.ToJsonString());
    }

    [Theory]
    [InlineData("containerPort")]
    [InlineData("port")]
    public void Make_PortTakenOut_IsDeletedByTheKeyOfItsKind(string key)
    {
        var patch = ThreeWayPatch.Make(Parse($$"""{"ports":[{"{{key}}":1},{"{{key}}":2}]}"""), Parse($$"""{"ports":[{"{{key}}":2}]}"""));

        Assert.Equal($$"""{"ports":[{"{{key}}":2},{"$patch":"delete","{{key}}":1}]}""", patch.ToJsonString());
    }

    [Fact]
    public void Make_AtomicList_IsReplacedWhole()
    {
        var patch = ThreeWayPatch.Make(Parse("""{"command":["a","b"]}"""), Parse("""{"command":["a"]}"""));

        Assert.Equal("""{"command":["a"]}""", patch.ToJsonString());
    }

    private static JsonObject Parse(string json) => (JsonObject)JsonNode.Parse(json)!;
}
