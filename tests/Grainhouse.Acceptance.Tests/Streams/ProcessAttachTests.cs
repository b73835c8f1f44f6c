namespace Grainhouse.Acceptance.Tests.Streams;

/// <summary>kubectl run and attach with plain processes: input, its end, and a terminal.</summary>
public sealed class ProcessAttachTests(SharedCluster shared) : NamespacedTests(shared)
{
    private const string AsProcess = """{"spec":{"runtimeClassName":"process","terminationGracePeriodSeconds":1}}""";

    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);

    [RealFact(Needs.Docker | Needs.Kubectl)]
    public Task Run_WithInputOrTerminal_ByThisKubectl() => TryAsync(Kubectl);

    [RealFact(Needs.Docker | Needs.Kubectl | Needs.OldKubectl)]
    public Task Run_WithInputOrTerminal_OverSpdy() => TryAsync(Kubectl.Of(Requirements.OldKubectl));

    [RealFact(Needs.Docker | Needs.Kubectl)]
    public async Task Attach_InputThatStaysOpen_TalksToTheSameProcessAgain()
    {
        // A client whose own input ends leaves; the process does not see it.
        var ran = await Kubectl.RunAsync(
            ["run", "talks", "-i", "--leave-stdin-open", "--restart=Never", "--image=none", $"--overrides={AsProcess}", "--command", "--", "sh", "-c", "while read word; do echo got $word; done; echo closed"],
            "one\n",
            Bound);
        Assert.Equal(0, ran.ExitCode);

        await using (var second = Kubectl.Start("attach", "-i", "talks"))
        {
            await second.SayAsync("two");
            await second.WaitForLineAsync("got two", Bound);
        }

        await using (var third = Kubectl.Start("attach", "-i", "talks"))
        {
            await third.SayAsync("three");
            await third.WaitForLineAsync("got three", Bound);
        }

        Assert.Equal("got one\ngot two\ngot three\n", await Kubectl.OkAsync("logs", "talks"));
        Assert.Equal("Running", await Kubectl.ValueAsync("pod talks", "{.status.phase}"));
    }

    private static async Task TryAsync(Kubectl kubectl)
    {
        var input = string.Concat(Enumerable.Range(0, 20_000).Select(number => $"line {number}\n"));
        var once = await kubectl.RunAsync(
            ["run", "once", "--rm", "-i", "--restart=Never", "--image=none", $"--overrides={AsProcess}", "--command", "--", "sh", "-c", "cat; exit 5"], input, Bound);
        Assert.StartsWith(input, once.Output, StringComparison.Ordinal);
        Assert.Equal(5, once.ExitCode);

        var script = $"stty rows 33 cols 99; {kubectl.CommandLine} run shell --rm -it --restart=Never --image=none '--overrides={AsProcess}'"
            + " --command -- sh -c 'until [ \"$(stty size)\" = \"33 99\" ]; do sleep 0.05; done; read line; test -t 1 && echo terminal of $line; exit 4'";
        await using var terminal = new ChildProcess("script", ["-qec", script, "/dev/null"], kubectl.Settings);
        await terminal.SayAsync("mine");
        await terminal.WaitForLineAsync("terminal of mine", Bound);
        Assert.Equal(4, await terminal.WaitForExitAsync(Bound));
    }
}
