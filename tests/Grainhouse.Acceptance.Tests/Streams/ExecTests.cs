using System.Globalization;
using System.Text;
using Grainhouse.Client;

namespace Grainhouse.Acceptance.Tests.Streams;

/// <summary>kubectl exec, over WebSocket and over SPDY.</summary>
public sealed class ExecTests(SharedCluster shared) : StreamPods(shared)
{
    /// <summary>How many commands run at once.</summary>
    private const int Many = 100;

    [RealTheory(Needs.Docker | Needs.Kubectl)]
    [InlineData(Docker)]
    [InlineData(Process)]
    public Task Exec_ByThisKubectl(string pod) => TryAsync(Kubectl, pod);

    [RealTheory(Needs.Docker | Needs.Kubectl | Needs.OldKubectl)]
    [InlineData(Docker)]
    [InlineData(Process)]
    public Task Exec_OverSpdy(string pod) => TryAsync(Kubectl.Of(Requirements.OldKubectl), pod);

    [RealTheory(Needs.Docker | Needs.Kubectl)]
    [InlineData(Docker)]
    [InlineData(Process)]
    public async Task Exec_AHundredAtOnce_EachHasItsOwnOutput(string pod)
    {
        using var client = GrainhouseClient.FromKubeconfig(Cluster.Kubeconfig);
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(90));
        var all = await Task.WhenAll(Enumerable.Range(0, Many).Select(async number =>
        {
            var command = await client.Pod(pod, Kubectl.Namespace).ExecAsync(
                ["sh", "-c", $"echo up; read line; echo $line {number}; exit {number}"], new CommandSettings { Stdin = true }, bound.Token);
            var output = new StreamReader(command.Stdout);
            Assert.Equal("up", await output.ReadLineAsync(bound.Token));
            return (Command: command, Output: output);
        }));

        // Only now, with all of them running, any of them goes on.
        var ends = await Task.WhenAll(all.Select(async (one, number) =>
        {
            await one.Command.Stdin.WriteAsync(Encoding.UTF8.GetBytes($"line {number}\n"), bound.Token);
            var said = await one.Output.ReadToEndAsync(bound.Token);
            var code = await one.Command.WaitAsync(bound.Token);
            await one.Command.DisposeAsync();
            return (said, code);
        }));

        Assert.Equal(Enumerable.Range(0, Many).Select(number => ($"line {number} {number}\n", number)), ends);
    }

    [RealFact(Needs.Docker | Needs.Kubectl)]
    public async Task Exec_ReaderThatDoesNotRead_CostsNoMemory()
    {
        using var slow = Command.Start("sh", ["-c", $"{Kubectl.CommandLine} exec {Process} -- cat /dev/zero | sleep 1000"], Kubectl.Settings);
        var before = Resident();

        // By now a process that kept what it cannot pass on would have gigabytes.
        await Task.Delay(TimeSpan.FromSeconds(3));
        var grown = Resident() - before;
        slow.Kill(entireProcessTree: true);

        Assert.InRange(grown, long.MinValue, 128 * 1024);
    }

    // In KiB.
    private long Resident() => long.Parse(
        File.ReadLines($"/proc/{Cluster.Process.Id}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1],
        CultureInfo.InvariantCulture);

    private static async Task TryAsync(Kubectl kubectl, string pod)
    {
        var both = await kubectl.RunAsync("exec", pod, "--", "sh", "-c", "echo out; echo err >&2; exit 7");
        Assert.Equal((7, "out\n"), (both.ExitCode, both.Output));
        Assert.Contains("err\n", both.Error, StringComparison.Ordinal);
        Assert.Contains("command terminated with exit code 7", both.Error, StringComparison.Ordinal);

        var input = string.Concat(Enumerable.Range(0, 20_000).Select(number => $"line {number}\n"));
        Assert.Equal(input, (await kubectl.RunAsync(["exec", "-i", pod, "--", "cat"], input)).Ok());

        var missing = await kubectl.RunAsync("exec", pod, "--", "no-such-command");
        Assert.InRange(missing.ExitCode, 126, 127);
        Assert.Contains("executable file not found", missing.Output + missing.Error, StringComparison.Ordinal);

        var terminal = await Command.RunAsync("script", ["-qec", $"stty rows 33 cols 99; {kubectl.CommandLine} exec -it {pod} -- sh -c 'test -t 0 && echo terminal; exit 4'", "/dev/null"], environment: kubectl.Settings);
        Assert.Equal(4, terminal.ExitCode);
        Assert.Contains("terminal\r\n", terminal.Output, StringComparison.Ordinal);

        Assert.Contains("container nope is not valid for pod", await kubectl.FailsAsync("exec", pod, "-c", "nope", "--", "true"), StringComparison.Ordinal);
        Assert.Contains("not found", await kubectl.FailsAsync("exec", "no-such-pod", "--", "true"), StringComparison.Ordinal);
    }
}
