using System.Text;
using Grainhouse.Interfaces.Grains;
using Grainhouse.Interfaces.Objects;

namespace Grainhouse.Grains.Tests.Disruptions;

public sealed class EvictionTests(TestSilo silo) : IClassFixture<TestSilo>
{
    private static readonly DeletionOptions NoOptions = new();

    [Fact]
    public async Task Evict_ManyAtOnce_LetsGoWhatTheBudgetAllows()
    {
        await AddPodsAsync("many", 12);
        await AddBudgetAsync("many", "\"minAvailable\": 8", allowed: 4);

        var results = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => silo.Object(Pod("many", i)).EvictAsync(NoOptions)));

        Assert.Equal(4, results.Count(result => result.Error is null));
        Assert.All(results.Where(result => result.Error is not null), result => Assert.Equal((429, "TooManyRequests"), (result.Error!.Code, result.Error.Reason)));
        var gone = await silo.WaitAsync("pods", "default", pods => pods.Items.Count(pod => OfApp(pod, "many") && pod.Header.DeletionTimestamp is not null) == 4);
        var marked = gone.Items.First(pod => OfApp(pod, "many") && pod.Header.DeletionTimestamp is not null);
        Assert.Contains("\"reason\":\"EvictionByEvictionAPI\"", Encoding.UTF8.GetString(marked.ToJson()), StringComparison.Ordinal);

        // Once they are marked, none of them is expected to go any more, and nothing more may.
        await silo.WaitAsync("poddisruptionbudgets.policy", "default", budgets => budgets.Items.Any(budget =>
            budget.Key.Name == "many" && TestSilo.Field(budget, "status", "disruptedPods") is null && TestSilo.Field(budget, "status", "currentHealthy")!.GetValue<int>() == 8));
        Assert.Equal(429, (await silo.Object(LeftOver(gone, "many")).EvictAsync(NoOptions)).Error?.Code);
    }

    [Fact]
    public async Task Evict_DryRun_AsksTheBudgetAndTakesNothing()
    {
        await AddPodsAsync("dry", 2);
        await AddBudgetAsync("dry", "\"minAvailable\": 1", allowed: 1);

        Assert.Null((await silo.Object(Pod("dry", 0)).EvictAsync(new DeletionOptions { DryRun = true })).Error);
        Assert.Null((await silo.Object(Pod("dry", 1)).EvictAsync(new DeletionOptions { DryRun = true })).Error);

        Assert.Null((await silo.Object(Pod("dry", 0)).GetAsync())!.Header.DeletionTimestamp);
        Assert.Equal(1, TestSilo.Field((await silo.Object(Budget("dry")).GetAsync())!, "status", "disruptionsAllowed")!.GetValue<int>());
    }

    [Fact]
    public async Task Evict_WrongPrecondition_TakesNothingFromTheBudget()
    {
        await AddPodsAsync("pre", 1);
        await AddBudgetAsync("pre", "\"minAvailable\": 0", allowed: 1);

        Assert.Equal("Conflict", (await silo.Object(Pod("pre", 0)).EvictAsync(new DeletionOptions { Uid = "other" })).Error?.Reason);

        Assert.Equal(1, TestSilo.Field((await silo.Object(Budget("pre")).GetAsync())!, "status", "disruptionsAllowed")!.GetValue<int>());
    }

    [Fact]
    public async Task Evict_TwoBudgets_Is500()
    {
        await AddPodsAsync("both", 1);
        await AddBudgetAsync("both", "\"minAvailable\": 0", allowed: 1);
        await AddBudgetAsync("both", "\"minAvailable\": 0", allowed: 1, name: "both-2");

        var refused = (await silo.Object(Pod("both", 0)).EvictAsync(NoOptions)).Error!;

        Assert.Equal((500, "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support."), (refused.Code, refused.Message));
    }

    [Fact]
    public async Task Evict_PodThatHasNotBegun_AsksNoBudget()
    {
        await silo.CreateAsync(Pod("early", 0), Document("early", 0));
        await AddBudgetAsync("early", "\"minAvailable\": 1", allowed: 0);

        var evicted = await silo.Object(Pod("early", 0)).EvictAsync(NoOptions);

        Assert.NotNull(evicted.Object?.Header.DeletionTimestamp);
    }

    private static bool OfApp(KubeObject pod, string app) => pod.Header.Labels.GetValueOrDefault("app") == app;

    private static ObjectKey LeftOver(Interfaces.Storage.ObjectList pods, string app) =>
        pods.Items.First(pod => OfApp(pod, app) && pod.Header.DeletionTimestamp is null).Key;

    private static ObjectKey Pod(string app, int i) => ResourceCatalog.Pods.Key("default", $"{app}-{i}");

    private static ObjectKey Budget(string name) => ResourceCatalog.PodDisruptionBudgets.Key("default", name);

    // Bound to a node that is not there, and said to run: nobody else writes its status.
    private async Task AddPodsAsync(string app, int count)
    {
        for (var i = 0; i < count; i++)
        {
            Assert.Null((await silo.CreateAsync(Pod(app, i), Document(app, i))).Error);
            var status = """{"status":{"phase":"Running","conditions":[{"type":"Ready","status":"True"}]}}"""u8.ToArray();
            Assert.Null((await silo.Object(Pod(app, i)).PatchAsync(PatchType.Merge, status, new WriteOptions { Subresource = "status" })).Error);
        }
    }

    private async Task AddBudgetAsync(string app, string spec, int allowed, string? name = null)
    {
        name ??= app;
        Assert.Null((await silo.CreateAsync(Budget(name), $$$"""
            {"apiVersion":"policy/v1","kind":"PodDisruptionBudget","metadata":{"name":"{{{name}}}","namespace":"default"},
             "spec":{"selector":{"matchLabels":{"app":"{{{app}}}"}},{{{spec}}}}}
            """)).Error);
        await silo.WaitAsync("poddisruptionbudgets.policy", "default", budgets => budgets.Items.Any(budget =>
            budget.Key.Name == name && TestSilo.Field(budget, "status", "observedGeneration") is not null
            && TestSilo.Field(budget, "status", "disruptionsAllowed")!.GetValue<int>() == allowed));
    }

    private static string Document(string app, int i) => $$$"""
        {"apiVersion":"v1","kind":"Pod","metadata":{"name":"{{{app}}}-{{{i}}}","namespace":"default","labels":{"app":"{{{app}}}"}},
         "spec":{"nodeName":"nowhere","schedulerName":"nobody","terminationGracePeriodSeconds":30,"containers":[{"name":"c","image":"web:1"}]}}
        """;
}
