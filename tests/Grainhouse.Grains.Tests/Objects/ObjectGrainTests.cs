using System.Text;
using Grainhouse.Interfaces.Grains;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Interfaces.Storage;

namespace Grainhouse.Grains.Tests.Objects;

public sealed class ObjectGrainTests(TestSilo silo) : IClassFixture<TestSilo>
{
    [Fact]
    public async Task Create_Twice_SecondIsRefused()
    {
        var key = ConfigMap("twice");

        var first = await silo.CreateAsync(key, Document("twice", "a"));
        var second = await silo.CreateAsync(key, Document("twice", "b"));

        Assert.Null(first.Error);
        Assert.Equal("AlreadyExists", second.Error?.Reason);
        Assert.Equal("a", TestSilo.Field((await silo.Object(key).GetAsync())!, "data", "k")?.GetValue<string>());
    }

    [Fact]
    public async Task Create_InMissingNamespace_IsNotFound()
    {
        var result = await silo.CreateAsync(new ObjectKey("configmaps", "nowhere", "x"), """{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"x","namespace":"nowhere"}}""");

        Assert.Equal("namespaces \"nowhere\" not found", result.Error?.Message);
    }

    [Fact]
    public async Task Update_FromStaleRevision_IsConflict()
    {
        var key = ConfigMap("stale");
        var created = (await silo.CreateAsync(key, Document("stale", "a"))).Object!;
        await silo.Object(key).PatchAsync(PatchType.Merge, """{"data":{"k":"b"}}"""u8.ToArray(), new WriteOptions());

        var result = await silo.Object(key).UpdateAsync(created.ToJson(), new WriteOptions());

        Assert.Equal("Conflict", result.Error?.Reason);
    }

    [Fact]
    public async Task DryRun_OfEveryWrite_KeepsNothing()
    {
        var key = ConfigMap("dry");
        var dry = new WriteOptions { DryRun = true };
        var body = Encoding.UTF8.GetBytes(Document("dry", "a"));

        Assert.NotNull((await silo.Object(key).CreateAsync(body, dry)).Object);
        Assert.Null(await silo.Object(key).GetAsync());

        await silo.Object(key).CreateAsync(body, new WriteOptions());
        await silo.Object(key).PatchAsync(PatchType.Merge, """{"data":{"k":"b"}}"""u8.ToArray(), dry);
        await silo.Object(key).DeleteAsync(new DeletionOptions { DryRun = true });
        Assert.Equal("a", TestSilo.Field((await silo.Object(key).GetAsync())!, "data", "k")?.GetValue<string>());
    }

    [Fact]
    public async Task Write_AfterAnotherActivationWrote_GivesWayAndThenSeesIt()
    {
        var key = ConfigMap("twin");
        var mine = (await silo.CreateAsync(key, Document("twin", "a"))).Object!;
        var theirs = KubeObject.From(key, 0, mine.ToMutable());
        await silo.Store.CommitAsync([new StoreWrite(key.ToString(), mine.Revision, theirs.Document)]);

        var refused = await silo.Object(key).PatchAsync(PatchType.Merge, """{"data":{"k":"b"}}"""u8.ToArray(), new WriteOptions());
        var again = await silo.Object(key).PatchAsync(PatchType.Merge, """{"data":{"k":"b"}}"""u8.ToArray(), new WriteOptions());

        Assert.Equal("Conflict", refused.Error?.Reason);
        Assert.Null(again.Error);
    }

    [Fact]
    public async Task Services_AskingForTheSameAddress_OnlyOneGetsIt()
    {
        var first = await silo.CreateAsync(Service("one"), ServiceDocument("one", "10.96.7.7"));
        var second = await silo.CreateAsync(Service("two"), ServiceDocument("two", "10.96.7.7"));

        Assert.Null(first.Error);
        Assert.Equal("Invalid", second.Error?.Reason);

        await silo.Object(Service("one")).DeleteAsync(new DeletionOptions());
        Assert.Null((await silo.CreateAsync(Service("two"), ServiceDocument("two", "10.96.7.7"))).Error);
    }

    [Fact]
    public async Task Services_LeavingTheAddressOpen_GetDifferentOnes()
    {
        var made = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => silo.CreateAsync(Service($"auto-{i}"), ServiceDocument($"auto-{i}", ""))));

        var addresses = made.Select(result => TestSilo.Field(result.Object!, "spec", "clusterIP")!.GetValue<string>()).ToList();
        Assert.Equal(50, addresses.Distinct().Count());
        Assert.All(addresses, address => Assert.StartsWith("10.96.", address));
    }

    private static ObjectKey ConfigMap(string name) => new("configmaps", "default", name);

    private static ObjectKey Service(string name) => new("services", "default", name);

    private static string Document(string name, string value) =>
        $$$"""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"{{{name}}}","namespace":"default"},"data":{"k":"{{{value}}}"}}""";

    private static string ServiceDocument(string name, string address) =>
        $$$"""{"apiVersion":"v1","kind":"Service","metadata":{"name":"{{{name}}}","namespace":"default"},"spec":{"clusterIP":"{{{address}}}","ports":[{"port":80}]}}""";
}
