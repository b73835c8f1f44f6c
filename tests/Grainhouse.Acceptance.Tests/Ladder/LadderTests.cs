using System.Diagnostics;

namespace Grainhouse.Acceptance.Tests.Ladder;

/// <summary>Sessions with kubectl, verb by verb: what it prints here is what it prints with Kubernetes.</summary>
/// <remarks>
/// A session is a file in the folder of its version. Set GRAINHOUSE_GOLDEN=write to rewrite what is printed, and review the difference: what is
/// there is what kubectl's printers make of what Kubernetes answers, and not whatever came out.
/// </remarks>
public sealed class LadderTests(LadderCluster shared) : IClassFixture<LadderCluster>
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    [RealTheory(Needs.Kubectl)]
    [MemberData(nameof(Sessions), "1.32")]
    public Task NewKubectl(string session) => CheckAsync("1.32", session, Requirements.FindOnPath("kubectl")!);

    [RealTheory(Needs.OldKubectl)]
    [MemberData(nameof(Sessions), "1.20")]
    public Task OldKubectl(string session) => CheckAsync("1.20", session, Requirements.OldKubectl);

    public static TheoryData<string> Sessions(string version) =>
        [.. Directory.EnumerateFiles(Folder(version), "*.txt").Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal)];

    private static string Folder(string version) => Path.Combine(Terminal.Files, "..", version);

    private static bool Writes => Environment.GetEnvironmentVariable("GRAINHOUSE_GOLDEN") == "write";

    private async Task CheckAsync(string version, string session, string kubectl)
    {
        var path = Path.Combine(Folder(version), $"{session}.txt");
        var expected = await File.ReadAllTextAsync(path);
        using var terminal = new Terminal(shared.Cluster, shared.Node, kubectl);
        var seen = new List<TranscriptStep>();
        foreach (var step in Transcript.Parse(expected))
        {
            seen.Add(step with { Expected = step.Comes ? await ComesAsync(terminal, step) : await terminal.RunAsync(step.Command) });
        }

        var actual = Transcript.Render(seen);
        if (Writes)
        {
            await File.WriteAllTextAsync(path, actual);
        }
        else
        {
            Assert.Equal(expected, actual);
        }
    }

    private static async Task<string> ComesAsync(Terminal terminal, TranscriptStep step)
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            var printed = await terminal.RunAsync(step.Command);
            if (printed == step.Expected || watch.Elapsed > (Writes ? Settling : Bound))
            {
                return printed;
            }

            await Task.Delay(Interval);
        }
    }
}
