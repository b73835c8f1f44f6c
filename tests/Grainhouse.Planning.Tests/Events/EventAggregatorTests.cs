using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning.Documents;
using Grainhouse.Planning.Events;
using Grainhouse.Planning.Tests.Documents;

namespace Grainhouse.Planning.Tests.Events;

public sealed class EventAggregatorTests
{
    private readonly EventAggregator aggregator = new();
    private readonly Random random = new(1);
    private DateTimeOffset now = Kube.Start;

    [Fact]
    public void Record_FirstTime_MakesAWholeEvent()
    {
        var pod = Kube.Pod("a").Stored(42);
        var draft = Draft("Pulled it") with { FieldPath = "spec.containers{web}", Host = "n1" };

        var write = aggregator.Record(draft, pod, now, random)!;

        Assert.Null(write.Patch);
        Assert.Matches("^a\\.[0-9a-f]{16}$", write.Key.Name);
        var about = write.Document.Object("involvedObject");
        Assert.Equal(("Pod", "default", "a", "uid-a", "v1", "42", "spec.containers{web}"), (about.Text("kind"), about.Text("namespace"),
            about.Text("name"), about.Text("uid"), about.Text("apiVersion"), about.Text("resourceVersion"), about.Text("fieldPath")));
        Assert.Equal(("kubelet", "n1"), (write.Document.Object("source").Text("component"), write.Document.Object("source").Text("host")));
        Assert.Equal(("2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z", 1), (write.Document.Text("firstTimestamp"), write.Document.Text("lastTimestamp"), write.Document.Int("count")));
    }

    [Fact]
    public void Record_Again_CountsTheSameEventUp()
    {
        var first = aggregator.Record(Draft("x"), null, now, random)!;
        now = now.AddSeconds(30);

        var second = aggregator.Record(Draft("x"), null, now, random)!;

        Assert.Equal(first.Key, second.Key);
        Assert.Equal((2, "2026-01-01T00:00:30Z"), (second.Patch.Int("count"), second.Patch.Text("lastTimestamp")));
        Assert.Equal("2026-01-01T00:00:00Z", second.Document.Text("firstTimestamp"));
    }

    [Fact]
    public void Record_AgainAfterItsTime_MakesANewEvent()
    {
        var first = aggregator.Record(Draft("x"), null, now, random)!;
        now = now.AddHours(1);

        var second = aggregator.Record(Draft("x"), null, now, random)!;

        Assert.Null(second.Patch);
        Assert.NotEqual(first.Key, second.Key);
    }

    [Fact]
    public void Record_ManySimilarMessages_AreCombined()
    {
        for (var i = 0; i < 9; i++)
        {
            Assert.Equal($"m{i}", aggregator.Record(Draft($"m{i}"), null, now, random)!.Document.Text("message"));
        }

        var tenth = aggregator.Record(Draft("m9"), null, now, random)!;
        var eleventh = aggregator.Record(Draft("m10"), null, now, random)!;

        Assert.Equal("(combined from similar events): m9", tenth.Document.Text("message"));
        Assert.Equal(tenth.Key, eleventh.Key);
        Assert.Equal((2, "(combined from similar events): m10"), (eleventh.Patch.Int("count"), eleventh.Patch.Text("message")));
    }

    [Fact]
    public void Record_SimilarMessagesLongAgo_AreNotCombined()
    {
        for (var i = 0; i < 9; i++)
        {
            aggregator.Record(Draft($"m{i}"), null, now, random);
        }

        now = now.AddMinutes(11);

        Assert.Equal("m9", aggregator.Record(Draft("m9"), null, now, random)!.Document.Text("message"));
    }

    [Fact]
    public void Record_Flood_IsCutAndComesBackSlowly()
    {
        var told = Enumerable.Range(0, 100).Count(_ => aggregator.Record(Draft("x"), null, now, random) is not null);
        Assert.Equal(25, told);

        now = now.AddMinutes(5);
        Assert.NotNull(aggregator.Record(Draft("x"), null, now, random));
        Assert.Null(aggregator.Record(Draft("x"), null, now, random));
    }

    [Fact]
    public void Record_AboutANode_LivesInDefault()
    {
        var draft = Draft("x") with { About = ResourceCatalog.Nodes.Key(null, "n1") };

        var write = aggregator.Record(draft, null, now, random)!;

        Assert.Equal("default", write.Key.Namespace);
        Assert.Null(write.Document["involvedObject"]!["namespace"]);
    }

    [Fact]
    public void Expiry_OldEvents_GoAndTheNextIsAwaited()
    {
        var write = aggregator.Record(Draft("x"), null, now, random)!;
        var item = write.Document.Stored();

        var early = EventExpiry.Decide([item], now.AddMinutes(59));
        var late = EventExpiry.Decide([item], now.AddMinutes(60));

        Assert.Empty(early.Actions);
        Assert.Equal(now.AddHours(1), early.WakeAt);
        Assert.Single(late.Actions);
    }

    private static EventDraft Draft(string message) => new(Kube.PodKey("a"), "uid-a", "", "kubelet", "Normal", "Pulled", message);
}
