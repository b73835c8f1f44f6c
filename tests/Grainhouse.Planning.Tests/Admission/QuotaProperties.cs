using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning.Admission.Quotas;
using Grainhouse.Planning.Tests.Documents;

namespace Grainhouse.Planning.Tests.Admission;

public sealed class QuotaProperties
{
    private const int Hard = 4;

    /// <summary>Writers that commit late or never, a cache that lags, deletions, and tidings of writes that come late or get lost.</summary>
    [Fact]
    public void Promises_InAnyOrder_NeverLetTheStoreExceedTheQuota()
    {
        var made = 0;
        for (var seed = 0; seed < 120; seed++)
        {
            made += Run(new Random(seed), seed);
        }

        Assert.True(made > 120 * Hard / 2, $"only {made} pods were ever made");
    }

    private static int Run(Random random, int seed)
    {
        var (store, cache) = (new Cluster(), new Cluster());
        var unseen = new Queue<(ObjectKey Key, JsonObject? Document)>();
        var quota = Kube.Json($$"""{ "apiVersion": "v1", "kind": "ResourceQuota", "metadata": { "name": "q", "namespace": "default" }, "spec": { "hard": { "pods": "{{Hard}}" } } }""");
        cache.Seed(quota);
        var (holds, underWay) = (new Dictionary<string, QuotaHold>(), new List<(QuotaHold Hold, JsonObject Pod)>());
        var made = 0;
        for (var step = 0; step < 200; step++)
        {
            switch (random.Next(7))
            {
                case 0:
                case 1:
                    var pod = Kube.Pod($"p{step}");
                    var asked = QuotaCharge.Of(cache, null, pod.Stored(), cache.Now)!;
                    foreach (var over in holds.Values.Where(hold => QuotaBook.IsOver(hold, cache, cache.Now)).ToList())
                    {
                        holds.Remove(over.Id);
                    }

                    if (QuotaBook.Open(cache, "default", holds.Values, cache.Now).WhyNot(asked) is null)
                    {
                        holds[asked.Id] = asked;
                        underWay.Add((asked, pod));
                    }

                    break;
                case 2 when underWay.Count > 0:
                    var (hold, document) = underWay[random.Next(underWay.Count)];
                    underWay.RemoveAll(write => write.Hold.Id == hold.Id);
                    if (random.Next(4) == 0)
                    {
                        // The write failed for another reason, and its writer says so.
                        holds.Remove(hold.Id);
                        break;
                    }

                    store.Seed(document.DeepClone().AsObject());
                    unseen.Enqueue((document.Stored().Key, document));
                    made++;
                    break;
                case 3 or 4 when unseen.TryDequeue(out var change):
                    if (change.Document is { } seen)
                    {
                        var shown = cache.Seed(seen.DeepClone().AsObject());
                        var id = QuotaCharge.IdOf(null, shown);
                        if (random.Next(4) > 0 && holds.TryGetValue(id, out var kept))
                        {
                            holds[id] = kept with { Revision = shown.Revision };
                        }
                    }
                    else
                    {
                        cache.Remove(change.Key);
                    }

                    break;
                case 5 when store.List("pods", "default").Items is { Count: > 0 } pods:
                    var gone = pods.ElementAt(random.Next(pods.Count)).Key;
                    store.Remove(gone);
                    unseen.Enqueue((gone, null));
                    break;
            }

            var there = store.List("pods", "default").Items.Count;
            Assert.True(there + underWay.Count <= Hard, $"seed {seed} step {step}: {there} pods and {underWay.Count} on their way, of {Hard}");
        }

        return made;
    }
}
