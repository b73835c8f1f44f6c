using Grainhouse.Acceptance.Tests.Watches;
using Xunit.Abstractions;

namespace Grainhouse.Acceptance.Tests.GoClients;

/// <summary>What Go operators are made of: typed informers and clients of client-go, which ask for protobuf and do not fall back.</summary>
public sealed class GoInformerTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const int Writers = 16;
    private const int Changes = 10_000;
    private const int History = 3_000;
    private const string Namespace = "default";
    private const string Path = "/api/v1/namespaces/default/configmaps";
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(90);
    private Cluster? cluster;

    public async Task InitializeAsync() => cluster =
        Requirements.Missing(Needs.GoClient) is null ? await Cluster.StartAsync(new ClusterSettings { Runtime = "process", History = History }) : null;

    public async Task DisposeAsync()
    {
        if (cluster is not null)
        {
            await cluster.DisposeAsync();
        }
    }

    [RealFact(Needs.GoClient)]
    public async Task Kinds_InProtobufAndInJson_AreTheSame()
    {
        var answer = await Command.RunAsync(Requirements.GoClient!, ["kinds", cluster!.Kubeconfig, Namespace], timeout: TimeSpan.FromSeconds(180));

        Assert.True(answer.ExitCode == 0 && answer.Output.Contains("same", StringComparison.Ordinal), $"{answer}");
    }

    [RealFact(Needs.GoClient)]
    public async Task Informers_ManyChangesARestartAndAnExpiredRevision_MissNothing()
    {
        await using var protobuf = await FollowAsync("application/vnd.kubernetes.protobuf");
        await using var json = await FollowAsync("application/json");

        await new MixedWriters(cluster!.Api, Path, Writers, Changes).RunAsync(default);
        await CheckAsync(protobuf, json);

        await cluster.KillAsync();
        await cluster.RestartAsync();
        await RemoveSentinelAsync();
        await new MixedWriters(cluster.Api, Path, Writers, 500).RunAsync(default);
        var before = await CheckAsync(protobuf, json);

        // While they sleep more happens than the history holds and a connection buffers, and then the connection is gone.
        await protobuf.FreezeAsync();
        await json.FreezeAsync();
        await RemoveSentinelAsync();
        await new MixedWriters(cluster.Api, Path, Writers, 2 * Changes).RunAsync(default);
        await cluster.KillAsync();
        await cluster.RestartAsync();
        protobuf.Thaw();
        json.Thaw();
        var last = await CheckAsync(protobuf, json);

        output.WriteLine($"protobuf: {last.First}\njson: {last.Second}");
        Assert.All([last.First, last.Second], line => Assert.Contains("backwards=0", line, StringComparison.Ordinal));

        // Their revision was gone (410), so they listed again, which tells only of what is different now and not of all that happened.
        Assert.All([Events(last.First) - Events(before.First), Events(last.Second) - Events(before.Second)], events => Assert.InRange(events, 1, 2 * Changes - 1));
    }

    private async Task<ChildProcess> FollowAsync(string contentType)
    {
        var informers = new ChildProcess(Requirements.GoClient!, ["informers", cluster!.Kubeconfig, Namespace, contentType]);
        await informers.WaitForLineAsync("synced", Bound);
        return informers;
    }

    private async Task RemoveSentinelAsync() => (await cluster!.Api.SendAsync(HttpMethod.Delete, $"{Path}/{MixedWriters.Sentinel}")).Ok();

    private static async Task<(string First, string Second)> CheckAsync(ChildProcess first, ChildProcess second)
    {
        var lines = await Task.WhenAll(CheckAsync(first), CheckAsync(second));
        return (lines[0], lines[1]);
    }

    private static async Task<string> CheckAsync(ChildProcess informers)
    {
        var before = Answers(informers).Length;
        await informers.SayAsync("check");
        await Eventually.TrueAsync(() => $"an answer of {informers.Name}:\n{informers.Log}", () => Task.FromResult(Answers(informers).Length > before), Bound);
        var answer = Answers(informers)[^1];
        Assert.True(answer.StartsWith("ok", StringComparison.Ordinal), $"{answer}\n{informers.Log}");
        return answer;
    }

    private static int Events(string answer) =>
        int.Parse(answer.Split(' ').Single(part => part.StartsWith("events=", StringComparison.Ordinal))["events=".Length..]);

    private static string[] Answers(ChildProcess informers) =>
        [.. informers.Lines.Where(line => line.StartsWith("ok ", StringComparison.Ordinal) || line.StartsWith("miss ", StringComparison.Ordinal))];
}
