using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Grains;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning.Objects;
using Grainhouse.Planning.Objects.Json;
using Grainhouse.Planning.Objects.ManagedFields;

namespace Grainhouse.Planning.Tests.Objects.ManagedFields;

/// <summary>What must hold of server-side apply, over random documents and random orders of writes. A failure names its seed.</summary>
public sealed class ApplyProperties
{
    private static readonly string[] People = ["ann", "bob", "cy"];

    [Fact]
    public void ApplyAndUpdate_InAnyOrder_AgreeWithTheModel() => Check(600, random =>
    {
        var model = new ApplyModel();
        var current = Start(model, random);
        for (var step = 0; step < 12; step++)
        {
            var who = People[random.Next(People.Length)];
            var options = Managers.By(who, force: random.Next(3) == 0);
            var time = Managers.Later(step);
            if (random.Next(2) == 0)
            {
                var config = Data(random);
                var conflicts = model.Apply(who, config, options.Force);
                var decision = Managers.Apply(ResourceCatalog.ConfigMaps, current, Config(config), options, time);
                current = After(decision, current, conflicts);
                if (conflicts.Length == 0)
                {
                    var again = Managers.Apply(ResourceCatalog.ConfigMaps, current, Config(config), options, Managers.Later(99));
                    Assert.True(again is WriteDecision.Unchanged, $"{Encoding.UTF8.GetString(current.ToJson())}\n{(again is WriteDecision.Commit commit ? Encoding.UTF8.GetString(commit.Object.ToJson()) : $"{again}")}");
                }
            }
            else
            {
                var patch = Data(random).ToDictionary(item => item.Key, item => random.Next(3) == 0 ? null : item.Value);
                model.Update(who, patch);
                var body = new JsonObject { ["data"] = JsonSerializer.SerializeToNode(patch) };
                current = After(
                    ObjectRules.Patch(ResourceCatalog.ConfigMaps, current, PatchType.Merge, Encoding.UTF8.GetBytes(body.ToJsonString()), options, time), current, []);
            }

            AssertAgree(model, current, step);
        }
    });

    [Fact]
    public void Apply_OfRandomPods_KeepsWhatItSaysAndIsDoneOnce() => Check(1500, random =>
    {
        var live = RandomPods.Next(random);
        var config = RandomPods.Next(random);
        var other = Entry("other", FieldsOf.Document(RandomPods.Next(random), ResourceCatalog.Pods).Intersection(FieldsOf.Document(live, ResourceCatalog.Pods)));
        var self = Entry("self", FieldsOf.Document(config, ResourceCatalog.Pods));
        List<ManagedEntry> entries = other.Fields.IsEmpty ? [] : [other];

        var once = ApplyMerge.Apply(ResourceCatalog.Pods, live, config, entries, self, force: true);
        var twice = ApplyMerge.Apply(ResourceCatalog.Pods, once.Document, config, once.Entries, self, force: false);

        Assert.Empty(twice.Conflicts);
        AssertEqual(once.Document, twice.Document);
        AssertEqual(once.Document, TreeMerge.Merge(once.Document, config, ResourceCatalog.Pods));
        var there = TreeRemoval.WithStructs(FieldsOf.Document(once.Document, ResourceCatalog.Pods), ResourceCatalog.Pods);
        Assert.All(once.Entries, entry => Assert.True(entry.Fields.Difference(there).IsEmpty, string.Join('\n', FieldPaths.Words(entry.Fields.Difference(there)))));
    });

    [Fact]
    public void Apply_OfNothingAfterSomething_TakesAwayWhatWasAdded() => Check(1500, random =>
    {
        var config = RandomPods.Next(random);
        var first = ApplyMerge.Apply(ResourceCatalog.Pods, [], config, [], Entry("self", FieldsOf.Document(config, ResourceCatalog.Pods)), force: false);

        var second = ApplyMerge.Apply(ResourceCatalog.Pods, first.Document, [], first.Entries, Entry("self", FieldSet.Empty), force: false);

        Assert.Empty(second.Entries);
        Assert.Empty(second.Document);
    });

    [Fact]
    public void Compare_WithItself_FindsNothing_AndWithNothingEverything() => Check(1500, random =>
    {
        var pod = RandomPods.Next(random);

        Assert.False(FieldComparison.Compare(pod, (JsonObject)pod.DeepClone(), ResourceCatalog.Pods).Any);
        var all = FieldComparison.Compare(null, pod, ResourceCatalog.Pods);
        Assert.True(all.Removed.IsEmpty);
        Assert.True(FieldsOf.Document(pod, ResourceCatalog.Pods).Difference(all.Changed).IsEmpty);
    });

    [Fact]
    public void Sets_JoinedInAnyWay_AgreeWithSetsOfPaths() => Check(1500, random =>
    {
        var one = FieldsOf.Document(RandomPods.Next(random), ResourceCatalog.Pods);
        var two = FieldsOf.Document(RandomPods.Next(random), ResourceCatalog.Pods);
        var (left, right) = (Paths(one), Paths(two));

        Assert.Equal(left.Union(right).Order(StringComparer.Ordinal), Paths(one.Union(two)).Order(StringComparer.Ordinal));
        Assert.Equal(left.Intersect(right).Order(StringComparer.Ordinal), Paths(one.Intersection(two)).Order(StringComparer.Ordinal));
        Assert.Equal(left.Except(right).Order(StringComparer.Ordinal), Paths(one.Difference(two)).Order(StringComparer.Ordinal));
        Assert.Same(one, one.Union(one.Intersection(two)));
        Assert.True(Read(one).SameAs(one));
    });

    private static KubeObject Start(ApplyModel model, Random random)
    {
        var data = Data(random);
        if (random.Next(2) == 0)
        {
            model.Apply("ann", data, force: false);
            return Managers.Apply(ResourceCatalog.ConfigMaps, null, Config(data), Managers.By("ann")).Committed().WithRevision(1);
        }

        model.Update("bob", data.ToDictionary(item => item.Key, string? (item) => item.Value));
        return Managers.Created(ResourceCatalog.ConfigMaps, Config(data), "bob");
    }

    private static KubeObject After(WriteDecision decision, KubeObject current, string[] conflicts)
    {
        if (conflicts.Length == 0)
        {
            return decision is WriteDecision.Unchanged ? current : decision.Committed().WithRevision(current.Revision + 1);
        }

        Assert.Equal(
            conflicts.Select(key => $".data.{key}").Order(StringComparer.Ordinal),
            decision.Rejected().Causes.Select(cause => cause.Field).Distinct().Order(StringComparer.Ordinal));
        return current;
    }

    private static void AssertAgree(ApplyModel model, KubeObject current, int step)
    {
        var data = current.ToMutable()["data"] as JsonObject ?? [];
        Assert.Equal(model.Data, data.ToDictionary(item => item.Key, item => (string)item.Value!));
        var owners = ApplyModel.OwnersOf(current);

        // What nobody applies to is not followed once its list has become empty, which the model does not know.
        if (current.List().Count > 0 || model.Owners.Count == 0)
        {
            Assert.True(
                JsonSerializer.Serialize(model.Owners) == JsonSerializer.Serialize(owners),
                $"step {step}: expected {JsonSerializer.Serialize(model.Owners)}\nactual {JsonSerializer.Serialize(owners)}");
        }
    }

    private static Dictionary<string, string> Data(Random random) =>
        "abcd".Where(_ => random.Next(2) == 0).ToDictionary(key => $"{key}", _ => $"{random.Next(3)}");

    private static string Config(Dictionary<string, string> data) => new JsonObject
    {
        ["apiVersion"] = "v1",
        ["kind"] = "ConfigMap",
        ["metadata"] = new JsonObject { ["name"] = "c", ["labels"] = new JsonObject { ["app"] = "x" } },
        ["data"] = JsonSerializer.SerializeToNode(data),
    }.ToJsonString();

    private static ManagedEntry Entry(string manager, FieldSet fields) => new(manager, ManagedEntry.Applied, "v1", "", null, fields);

    private static string[] Paths(FieldSet set) => [.. FieldPaths.Words(set)];

    private static FieldSet Read(FieldSet set)
    {
        var bytes = ManagedEntries.Write([Entry("x", set)]);
        return ManagedEntries.Read(bytes, canonical: false)[0].Fields;
    }

    private static void AssertEqual(JsonNode one, JsonNode other) => Assert.True(JsonTree.Equal(one, other), $"{one.ToJsonString()}\n{other.ToJsonString()}");

    private static void Check(int cases, Action<Random> property)
    {
        for (var seed = 0; seed < cases; seed++)
        {
            try
            {
                property(new Random(seed));
            }
            catch (Exception error)
            {
                throw new Xunit.Sdk.XunitException($"Seed {seed}: {error}");
            }
        }
    }
}
