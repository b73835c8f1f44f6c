namespace Grainhouse.Acceptance.Tests.Restarts;

/// <summary>A container that ends as soon as it starts: what it said last, and the events of each of its lives.</summary>
public sealed class LastWordsTests(SharedCluster shared) : NamespacedTests(shared)
{
    private const string Message = "{.status.containerStatuses[0].lastState.terminated.message}";
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);

    [RealTheory(Needs.Docker | Needs.Kubectl)]
    [InlineData("echo no such table; exit 3", "terminationMessagePolicy: FallbackToLogsOnError", "no such table")]
    [InlineData("echo -n out of luck > /dev/termination-log; exit 3", "", "out of luck")]
    public async Task Crash_AtOnce_KeepsItsLastWords(string script, string extra, string words)
    {
        await Kubectl.ApplyAsync(Manifests.Pod("brief", script, containerExtra: extra));

        var seen = await Eventually.GetAsync("the last words", () => Kubectl.ValueAsync("pod brief", Message), message => message.Length > 0, Bound);

        Assert.Equal(words, seen.Trim());
    }

    [RealFact(Needs.Docker | Needs.Kubectl)]
    public async Task Crash_EachLife_IsToldByEvents()
    {
        await Kubectl.ApplyAsync(Manifests.Pod("again", "exit 1"));

        // The first restart is at once, so each step of a start is told twice before the first back-off.
        await Eventually.GetAsync(
            "the events of two lives",
            async () => (await Kubectl.OkAsync("get", "events", "-o", "jsonpath={range .items[*]}{.reason}={.count} {end}")).Split(' '),
            events => new[] { "Pulled=2", "Created=2", "Started=2" }.All(events.Contains) && events.Any(told => told.StartsWith("BackOff=", StringComparison.Ordinal)),
            Bound);
    }
}
