using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Grains;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Interfaces.Storage;

namespace Grainhouse.Grains.Tests.Quotas;

public sealed class QuotaGrainTests(TestSilo silo) : IClassFixture<TestSilo>
{
    [Fact]
    public async Task Create_ManyAtOnce_MakesWhatTheQuotaAllowsAndNoMore()
    {
        await NamespaceAsync("many", """{"pods":"7","requests.cpu":"10"}""");

        var results = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => CreatePodAsync("many", $"p{i}")));

        Assert.Equal(7, results.Count(result => result.Error is null));
        Assert.All(results.Where(result => result.Error is not null), result => Assert.Equal(
            (403, $"requested: pods=1, used: pods=7, limited: pods=7"), (result.Error!.Code, result.Error.Message[(result.Error.Message.IndexOf("quota: q, ", StringComparison.Ordinal) + 10)..])));
        await UsedAsync("many", """{"pods":"7","requests.cpu":"700m"}""");
    }

    [Fact]
    public async Task Delete_GivesBack_AtOnceForTheNext()
    {
        await NamespaceAsync("back", """{"pods":"1"}""");
        for (var i = 0; i < 5; i++)
        {
            Assert.Null((await CreatePodAsync("back", $"p{i}")).Error);
            Assert.Equal("Forbidden", (await CreatePodAsync("back", "more")).Error?.Reason);
            Assert.Null((await silo.Object(ResourceCatalog.Pods.Key("back", $"p{i}")).DeleteAsync(new DeletionOptions { GracePeriodSeconds = 0 })).Error);
        }

        await UsedAsync("back", """{"pods":"0"}""");
    }

    [Fact]
    public async Task Create_DryRunOrRefusedForAnotherReason_PromisesNothing()
    {
        await NamespaceAsync("dry", """{"pods":"1","services":"1"}""");

        Assert.Null((await CreatePodAsync("dry", "p", new WriteOptions { DryRun = true })).Error);
        Assert.Null((await CreatePodAsync("dry", "q", new WriteOptions { DryRun = true })).Error);
        Assert.Null((await CreatePodAsync("dry", "p")).Error);
        Assert.Equal("AlreadyExists", (await CreatePodAsync("dry", "p")).Error?.Reason);

        // The address is taken, which shows only after the quota has let the service through.
        Assert.Null((await silo.CreateAsync(ResourceCatalog.Services.Key("default", "holder"), Service("default", "holder"))).Error);
        Assert.Equal("Invalid", (await silo.CreateAsync(ResourceCatalog.Services.Key("dry", "taken"), Service("dry", "taken"))).Error?.Reason);
        Assert.Null((await silo.CreateAsync(ResourceCatalog.Services.Key("dry", "free"), Service("dry", "free", "10.96.9.10"))).Error);
    }

    [Fact]
    public async Task ReplicaSet_BeyondTheQuota_SaysWhyAndGoesOnWhenThereIsRoom()
    {
        await NamespaceAsync("owned", """{"pods":"2"}""");
        Assert.Null((await silo.CreateAsync(ResourceCatalog.ReplicaSets.Key("owned", "web"), """
            {"apiVersion":"apps/v1","kind":"ReplicaSet","metadata":{"name":"web","namespace":"owned"},
             "spec":{"replicas":4,"selector":{"matchLabels":{"app":"web"}},"template":{"metadata":{"labels":{"app":"web"}},
              "spec":{"schedulerName":"nobody","containers":[{"name":"c","image":"web:1"}]}}}}
            """)).Error);

        var sets = await silo.WaitAsync("replicasets.apps", "owned", list => list.Items.Any(set => TestSilo.Field(set, "status", "conditions") is JsonArray { Count: > 0 }));
        var failure = TestSilo.Field(sets.Items.First(), "status", "conditions")![0]!;
        Assert.Equal(("ReplicaFailure", "True", "FailedCreate"), ((string?)failure["type"], (string?)failure["status"], (string?)failure["reason"]));
        Assert.EndsWith("is forbidden: exceeded quota: q, requested: pods=1, used: pods=2, limited: pods=2", (string?)failure["message"], StringComparison.Ordinal);

        await silo.Object(ResourceCatalog.ResourceQuotas.Key("owned", "q")).PatchAsync(PatchType.Merge, """{"spec":{"hard":{"pods":"4"}}}"""u8.ToArray(), new WriteOptions());
        await silo.WaitAsync("pods", "owned", pods => pods.Items.Count == 4);
    }

    [Fact]
    public async Task Quotas_Deleted_TakeTheirAccountWithThem()
    {
        await NamespaceAsync("gone", """{"pods":"1"}""");
        Assert.Null((await CreatePodAsync("gone", "p")).Error);
        Assert.NotNull(await silo.Store.ReadAsync("_quotas/gone"));

        await silo.Object(ResourceCatalog.ResourceQuotas.Key("gone", "q")).DeleteAsync(new DeletionOptions());
        for (var tries = 0; tries < 400 && await silo.Store.ReadAsync("_quotas/gone") is not null; tries++)
        {
            await Task.Delay(25);
        }

        Assert.Null(await silo.Store.ReadAsync("_quotas/gone"));
    }

    private async Task NamespaceAsync(string name, string hard)
    {
        Assert.Null((await silo.CreateAsync(ResourceCatalog.Namespaces.Key(null, name), $$$"""{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"{{{name}}}"} }""")).Error);
        Assert.Null((await silo.CreateAsync(
            ResourceCatalog.ResourceQuotas.Key(name, "q"), $$$"""{"apiVersion":"v1","kind":"ResourceQuota","metadata":{"name":"q","namespace":"{{{name}}}"},"spec":{"hard":{{{hard}}} } }""")).Error);
        await UsedAsync(name, null);
    }

    /// <summary>Waits until the status says what is used; of null, until it says anything.</summary>
    private Task<ObjectList> UsedAsync(string name, string? used) => silo.WaitAsync(
        "resourcequotas", name, quotas => quotas.Items.Any(quota => TestSilo.Field(quota, "status", "used") is { } seen && (used is null || seen.ToJsonString() == used)));

    private Task<ObjectResult> CreatePodAsync(string @namespace, string name, WriteOptions? options = null) =>
        silo.Object(ResourceCatalog.Pods.Key(@namespace, name)).CreateAsync(System.Text.Encoding.UTF8.GetBytes($$$"""
            {"apiVersion":"v1","kind":"Pod","metadata":{"name":"{{{name}}}","namespace":"{{{@namespace}}}"},
             "spec":{"schedulerName":"nobody","containers":[{"name":"c","image":"web:1","resources":{"requests":{"cpu":"100m"} } }]} }
            """), options ?? new WriteOptions());

    private static string Service(string @namespace, string name, string address = "10.96.9.9") =>
        $$$"""{"apiVersion":"v1","kind":"Service","metadata":{"name":"{{{name}}}","namespace":"{{{@namespace}}}"},"spec":{"clusterIP":"{{{address}}}","ports":[{"port":80}]} }""";
}
