using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Grains;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning.GarbageCollection;
using Grainhouse.Planning.Tests.Documents;
using Grainhouse.Planning.Wakes;

namespace Grainhouse.Planning.Tests.GarbageCollection;

public sealed class CollectorTests
{
    private readonly Cluster cluster = new();
    private readonly WakeIndex index = new();
    private readonly List<Wake> wakes = [];

    public CollectorTests() => cluster.Changed = change => index.Apply(change, cluster, wakes);

    [Fact]
    public void OwnerGone_ItsWholeTreeGoes()
    {
        Given("a");
        Given("b", "a");
        Given("c", "b");

        cluster.Remove(Key("a"));
        Run();

        Assert.Empty(Names);
    }

    [Fact]
    public void OneOfTwoOwnersGone_OnlyTheReferenceGoes()
    {
        Given("a");
        Given("b");
        Given("c", "a", "b");

        cluster.Remove(Key("a"));
        Run();

        Assert.Equal(["b", "c"], Names);
        Assert.Equal("uid-b", Assert.Single(cluster.Get(Key("c"))!.Header.Owners).Uid);
    }

    [Fact]
    public void OwnerReplacedByOneOfTheSameName_DependentGoes()
    {
        Given("a");
        Given("b", "a");
        wakes.Clear();

        cluster.Remove(Key("a"));
        var again = Map("a");
        again["metadata"]!["uid"] = "another";
        cluster.Create(again);
        Run();

        Assert.Equal(["a"], Names);
    }

    [Fact]
    public void Foreground_DependentsGoBeforeTheOwner()
    {
        Given("a");
        Given("b", "a");
        Given("c", "b");
        var gone = new List<string>();
        var feed = cluster.Changed;
        cluster.Changed = change =>
        {
            feed(change);
            if (change.Kind == Interfaces.Storage.ChangeKind.Deleted)
            {
                gone.Add(change.Object.Key.Name);
            }
        };

        Delete("a", DeletionPropagation.Foreground);
        Run();

        Assert.Equal(["c", "b", "a"], gone);
    }

    [Fact]
    public void Foreground_DependentThatStays_HoldsTheOwner()
    {
        Given("a");
        Given("b", "a");
        cluster.Update(Key("b"), document => document["metadata"]!["finalizers"] = new JsonArray("mine/hold"));

        Delete("a", DeletionPropagation.Foreground);
        Run();

        Assert.Equal(["a", "b"], Names);
        Assert.NotNull(cluster.Get(Key("b"))!.Header.DeletionTimestamp);
    }

    [Fact]
    public void Foreground_DependentThatDoesNotBlock_GoesAfterwards()
    {
        Given("a");
        Given("b", "a");
        cluster.Update(Key("b"), document => document["metadata"]!["ownerReferences"]![0]!["blockOwnerDeletion"] = false);

        Delete("a", DeletionPropagation.Foreground);
        Run();

        Assert.Empty(Names);
    }

    [Fact]
    public void Foreground_Circle_IsBroken()
    {
        Given("a", "b");
        Given("b", "a");

        Delete("a", DeletionPropagation.Foreground);
        Run();

        Assert.Empty(Names);
    }

    [Fact]
    public void Orphan_DependentsStayWithoutTheOwner()
    {
        Given("a");
        Given("b", "a");

        Delete("a", DeletionPropagation.Orphan);
        Run();

        Assert.Equal(["b"], Names);
        Assert.Empty(cluster.Get(Key("b"))!.Header.Owners);
    }

    [Fact]
    public void OwnerOfAKindThatIsNotServed_IsNotTakenForGone()
    {
        var document = Map("b");
        document["metadata"]!["ownerReferences"] = new JsonArray(
            Reference("a"),
            Kube.Json("""{ "apiVersion": "example.com/v1", "kind": "Database", "name": "db", "uid": "uid-db" }"""));
        cluster.Create(document);
        Run();

        Assert.Equal(["b"], Names);
        Assert.Equal("uid-db", Assert.Single(cluster.Get(Key("b"))!.Header.Owners).Uid);
    }

    [Fact]
    public void OwnerInAnotherNamespace_IsWarnedOfAndDoesNotOwn()
    {
        var owner = Map("a");
        owner["metadata"]!["namespace"] = "elsewhere";
        cluster.Create(owner);
        var dependent = Map("b");
        dependent["metadata"]!["ownerReferences"] = new JsonArray(Reference("a"));
        cluster.Create(dependent);
        Run();

        Assert.Null(cluster.Get(Key("b")));
        Assert.Equal("OwnerRefInvalidNamespace", Assert.Single(cluster.Events).Reason);
    }

    [Fact]
    public void ClusterScopedDependentOfANamespacedOwner_IsWarnedOfAndKept()
    {
        cluster.Create(Kube.Json("""
            { "apiVersion": "v1", "kind": "Node", "metadata": { "name": "n1", "ownerReferences": [
              { "apiVersion": "v1", "kind": "ConfigMap", "name": "a", "uid": "uid-a" } ] } }
            """));
        Run();

        Assert.NotNull(cluster.Get(ResourceCatalog.Nodes.Key(null, "n1")));
        Assert.Equal("OwnerRefInvalidNamespace", Assert.Single(cluster.Events).Reason);
    }

    [Fact]
    public void RandomGraphs_NothingLivesWithoutAnOwnerAndNothingOwnedDies()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var world = new CollectorTests();
            world.PlayRandomly(new Random(seed), seed);
        }
    }

    private void PlayRandomly(Random random, int seed)
    {
        for (var i = 0; i < 12; i++)
        {
            Given($"o{i}", [.. Enumerable.Range(0, i).Where(_ => random.Next(4) == 0).Take(3).Select(owner => $"o{owner}")]);
        }

        var deleted = new HashSet<string>();
        for (var i = 0; i < 3; i++)
        {
            var name = $"o{random.Next(12)}";
            if (cluster.Get(Key(name)) is not null)
            {
                deleted.Add(name);
                Delete(name, random.Next(2) == 0 ? DeletionPropagation.Foreground : DeletionPropagation.Background);
                Run();
            }
        }

        foreach (var item in cluster.Everything)
        {
            Assert.True(item.Header.DeletionTimestamp is null, $"seed {seed}: {item} is held");
            Assert.All(item.Header.Owners, owner => Assert.True(cluster.Get(Key(owner.Name)) is not null, $"seed {seed}: {item} names {owner.Name}"));
        }

        foreach (var name in Enumerable.Range(0, 12).Select(i => $"o{i}").Where(name => cluster.Get(Key(name)) is null))
        {
            Assert.True(deleted.Contains(name) || born[name].Length > 0, $"seed {seed}: {name} had no owner and is gone");
            Assert.True(deleted.Contains(name) || !born[name].Any(owner => cluster.Get(Key(owner)) is not null), $"seed {seed}: {name} is owned and gone");
        }
    }

    private readonly Dictionary<string, string[]> born = [];

    private static ObjectKey Key(string name) => ResourceCatalog.ConfigMaps.Key("default", name);

    private IEnumerable<string> Names => cluster.Everything.Select(item => item.Key.Name);

    private static JsonObject Map(string name) => Kube.Json($$"""
        { "apiVersion": "v1", "kind": "ConfigMap", "metadata": { "name": "{{name}}", "namespace": "default", "uid": "uid-{{name}}" } }
        """);

    private static JsonObject Reference(string name) => Kube.Json($$"""
        { "apiVersion": "v1", "kind": "ConfigMap", "name": "{{name}}", "uid": "uid-{{name}}", "blockOwnerDeletion": true }
        """);

    private void Given(string name, params string[] owners)
    {
        born[name] = owners;
        var document = Map(name);
        if (owners.Length > 0)
        {
            document["metadata"]!["ownerReferences"] = new JsonArray([.. owners.Select(Reference)]);
        }

        cluster.Create(document);
        wakes.Clear();
    }

    private void Delete(string name, DeletionPropagation propagation)
    {
        var uid = cluster.Get(Key(name))!.Header.Uid;
        cluster.Do(new ReconcilePlan([new ReconcileAction.Delete(Key(name), uid, new DeletionOptions { Propagation = propagation })]));
    }

    /// <summary>Lets the collector act on its wakes alone, so that a wake too few shows.</summary>
    private void Run()
    {
        for (var turn = 0; wakes.Count > 0; turn++)
        {
            Assert.True(turn < 1000, "the collector does not come to rest");
            var wake = wakes[0];
            wakes.RemoveAll(other => other == wake);
            if (wake.Kind == ReconcilerKind.Collector)
            {
                cluster.Do(Collector.Decide(CollectorInput.Gather(cluster, wake.Key, wake.Uid)));
            }
        }
    }
}
