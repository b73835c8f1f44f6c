using System.Text.Json;
using Xunit.Abstractions;

namespace Grainhouse.Acceptance.Tests.Restarts;

/// <summary>The back-off of a container that ends again and again.</summary>
public sealed class CrashLoopTests(SharedCluster shared, ITestOutputHelper output) : NamespacedTests(shared)
{
    // From the end of a life to the next: the first restart is immediate, then 10 s, 20 s, 40 s.
    private static readonly double[] Expected = [0, 10, 20, 40];

    [RealFact(Needs.Docker | Needs.Kubectl)]
    public async Task CrashLoop_FiveLives_BackOffTenTwentyFortySeconds()
    {
        var path = $"/api/v1/namespaces/{Kubectl.Namespace}/pods";
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(150));
        using var watch = await Cluster.Api.WatchAsync(path, await Cluster.Api.RevisionAsync(path), bound.Token);
        await Kubectl.ApplyAsync(Manifests.Pod("crash", "exit 1"));

        // The engine's own times, as the agent passes them on: when each life ended and the next began.
        var started = new SortedDictionary<int, DateTimeOffset>();
        var ended = new SortedDictionary<int, DateTimeOffset>();
        var backedOff = false;
        await foreach (var change in watch.EventsAsync(bound.Token))
        {
            if (!change.Object.TryGetProperty("status", out var status)
                || !status.TryGetProperty("containerStatuses", out var statuses)
                || statuses.GetArrayLength() == 0)
            {
                continue;
            }

            var container = statuses[0];
            var life = container.GetProperty("restartCount").GetInt32();
            var state = container.GetProperty("state");
            backedOff |= state.TryGetProperty("waiting", out var waiting) && waiting.GetProperty("reason").GetString() == "CrashLoopBackOff";
            Note(started, life, state, "running", "startedAt");
            Note(started, life, state, "terminated", "startedAt");
            Note(ended, life, state, "terminated", "finishedAt");
            if (container.TryGetProperty("lastState", out var last))
            {
                // While the next life is waited for, the count is still that of the life that ended.
                var previous = state.TryGetProperty("waiting", out _) ? life : life - 1;
                Note(started, previous, last, "terminated", "startedAt");
                Note(ended, previous, last, "terminated", "finishedAt");
            }

            if (started.ContainsKey(Expected.Length))
            {
                break;
            }
        }

        Assert.True(backedOff, "CrashLoopBackOff was never reported.");
        var gaps = Enumerable.Range(0, Expected.Length).Select(life => (started[life + 1] - ended[life]).TotalSeconds).ToArray();
        output.WriteLine($"pauses between lives: {string.Join(", ", gaps.Select(gap => $"{gap:f1} s"))}");
        Assert.All(gaps.Zip(Expected), pair => Assert.InRange(pair.First, pair.Second - 1, pair.Second + 5));
    }

    private static void Note(SortedDictionary<int, DateTimeOffset> times, int life, JsonElement state, string phase, string field)
    {
        if (state.TryGetProperty(phase, out var found) && found.TryGetProperty(field, out var time))
        {
            times[life] = time.GetDateTimeOffset();
        }
    }
}
