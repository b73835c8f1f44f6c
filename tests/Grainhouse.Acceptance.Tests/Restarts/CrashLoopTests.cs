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

        var lives = new SortedDictionary<int, string>();
        var backedOff = false;
        await foreach (var change in watch.EventsAsync(bound.Token))
        {
            if (!change.Object.TryGetProperty("status", out var status)
                || !status.TryGetProperty("containerStatuses", out var statuses)
                || statuses.GetArrayLength() == 0
                || !statuses[0].TryGetProperty("containerID", out var id))
            {
                continue;
            }

            var state = statuses[0].GetProperty("state");
            backedOff |= state.TryGetProperty("waiting", out var waiting) && waiting.GetProperty("reason").GetString() == "CrashLoopBackOff";
            lives[statuses[0].GetProperty("restartCount").GetInt32()] = id.GetString()!["docker://".Length..];
            if (lives.ContainsKey(Expected.Length))
            {
                break;
            }
        }

        Assert.True(backedOff, "CrashLoopBackOff was never reported.");
        var gaps = await GapsAsync();
        output.WriteLine($"pauses between lives: {string.Join(", ", gaps.Select(gap => $"{gap:f1} s"))}");
        Assert.Equal(Expected.Length, gaps.Length);
        Assert.All(gaps.Zip(Expected), pair => Assert.InRange(pair.First, pair.Second - 1, pair.Second + 5));
    }

    // The events of the pod say when each life was started; the engine itself keeps only the last ones.
    private async Task<double[]> GapsAsync()
    {
        var started = await DockerStartsAsync();
        return [.. started.Zip(started.Skip(1), (one, next) => (next - one).TotalSeconds)];
    }

    private async Task<DateTimeOffset[]> DockerStartsAsync()
    {
        var uid = await Kubectl.ValueAsync("pod crash", "{.metadata.uid}");
        var created = await Kubectl.ValueAsync("pod crash", "{.metadata.creationTimestamp}");
        var printed = await DockerCli.OkAsync(
            "events", "--since", created, "--until", "0s", "--filter", "type=container", "--filter", "event=start", "--format", "{{.TimeNano}} {{json .Actor.Attributes}}");
        return [.. printed.Split('\n')
            .Where(line => line.Contains(uid, StringComparison.Ordinal) && line.Contains("\"image\":\"grainhouse-test/busybox", StringComparison.Ordinal) && !IsSandbox(line))
            .Select(line => DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(line.Split(' ')[0]) / 1_000_000))];
    }

    private static bool IsSandbox(string line) => line.Contains("sandbox\"", StringComparison.Ordinal);
}
