using Xunit.Abstractions;

namespace Grainhouse.Acceptance.Tests.GoClients;

/// <summary>Leader election of client-go on Leases: at no moment do two lead, whoever is killed.</summary>
public sealed class GoElectionTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const int Kills = 3;
    private const int AllLines = 1_000_000;
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);
    private Cluster? cluster;

    public async Task InitializeAsync() =>
        cluster = Requirements.Missing(Needs.GoClient) is null ? await Cluster.StartAsync(new ClusterSettings { Runtime = "process" }) : null;

    public async Task DisposeAsync()
    {
        if (cluster is not null)
        {
            await cluster.DisposeAsync();
        }
    }

    [RealFact(Needs.GoClient)]
    public async Task ThreeCandidates_LeadersKilled_NeverTwoAtOnce()
    {
        List<ChildProcess> all = [];
        try
        {
            foreach (var number in Enumerable.Range(1, 3))
            {
                all.Add(Start($"candidate-{number}"));
            }

            for (var kill = 1; kill <= Kills; kill++)
            {
                var leader = await LeaderAsync(all);
                await leader.KillAsync();
                all.Add(Start($"candidate-{3 + kill}"));
            }

            await LeaderAsync(all);
            AssertNoOverlap(all);
        }
        finally
        {
            foreach (var candidate in all)
            {
                await candidate.DisposeAsync();
            }
        }
    }

    private ChildProcess Start(string identity) => new(Requirements.GoClient!, ["elect", cluster!.Kubeconfig, "default", identity], linesKept: AllLines);

    // One that leads, and has done so for long enough to be seen beside another.
    private static async Task<ChildProcess> LeaderAsync(List<ChildProcess> candidates)
    {
        var before = candidates.ToDictionary(candidate => candidate, candidate => Moments(candidate).Length);
        ChildProcess? leader = null;
        await Eventually.TrueAsync(
            () => "a leader:\n" + string.Join('\n', candidates.Select(candidate => $"{candidate.Name}: {string.Join('\n', candidate.Lines.TakeLast(5))}")),
            () => Task.FromResult((leader = candidates.Find(candidate => !candidate.HasExited && Moments(candidate).Length > before[candidate] + 20)) is not null),
            Bound);
        return leader!;
    }

    private void AssertNoOverlap(List<ChildProcess> candidates)
    {
        var terms = candidates.Select(candidate => (candidate.Name, Moments: Moments(candidate))).Where(term => term.Moments.Length > 0)
            .Select(term => (term.Name, From: term.Moments[0], To: term.Moments[^1])).OrderBy(term => term.From).ToArray();
        foreach (var term in terms)
        {
            output.WriteLine($"{term.Name}: {(term.From - terms[0].From) / 1e9:f2} s to {(term.To - terms[0].From) / 1e9:f2} s");
        }

        Assert.True(terms.Length > Kills, $"only {terms.Length} led");
        Assert.All(terms.Zip(terms.Skip(1)), pair => Assert.True(pair.First.To < pair.Second.From, $"{pair.First} and {pair.Second} led at once"));
    }

    private static long[] Moments(ChildProcess candidate) =>
        [.. candidate.Lines.Where(line => line.StartsWith("lead ", StringComparison.Ordinal)).Select(line => long.Parse(line[(line.LastIndexOf(' ') + 1)..]))];
}
