using System.Collections.Immutable;
using System.Diagnostics;
using Grainhouse.HostAgent.Runtimes;
using Grainhouse.Testing.Facts;

namespace Grainhouse.HostAgent.Tests.Runtimes;

/// <summary>The contract for drivers that run real processes: workloads are shell scripts.</summary>
public abstract partial class ShellRuntimeContract : ContainerRuntimeContract
{
    /// <summary>The image of the workloads; null where the driver uses none.</summary>
    protected virtual string? Image => null;

    protected ContainerSpec Shell(string name, string script) => new() { Name = name, Image = Image, Command = ["sh", "-c"], Args = [script] };

    protected override ContainerSpec Sleeps(string name) => Shell(name, "trap 'exit 0' TERM; while :; do sleep 0.05; done");

    protected override ContainerSpec IgnoresStop(string name) => Shell(name, "trap '' TERM; echo ready; while :; do sleep 1; done");

    protected override ContainerSpec Prints(string name, int exitCode, params string[] lines) =>
        Shell(name, string.Concat(lines.Select(line => $"echo '{line}'; ")) + $"exit {exitCode}");

    protected override ContainerSpec PrintsAndSleeps(string name, string first, string last) =>
        // The shell's own words on a child that got the signal too are not the workload's.
        Shell(name, $"exec 2>/dev/null; trap 'echo {last}; exit 0' TERM; echo {first}; while :; do sleep 0.05; done");

    protected override ContainerSpec MissingCommand(string name) => new() { Name = name, Image = Image, Command = ["/no/such/command"] };

    protected override Task KillAsync(ContainerState container)
    {
        using var process = Process.GetProcessById(container.ProcessId);
        process.Kill();
        return Task.CompletedTask;
    }

    [ContractFact]
    public async Task Exec_Command_GivesOutputAndExitCode()
    {
        var (_, container) = await StartAsync(Sleeps("main") with { Environment = [new("COLOUR", "red")] });

        var result = await Runtime.ExecAsync(container.Id, ["sh", "-c", "echo $COLOUR; echo oops >&2; exit 5"], Patience, Token);

        Assert.Equal(5, result.ExitCode);
        Assert.False(result.TimedOut);
        Assert.Equal(["oops", "red"], result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order());
    }

    [ContractFact]
    public async Task Signals_AreNotIgnored()
    {
        var (_, container) = await StartAsync(Shell("main", "grep SigIgn /proc/self/status; read forever") with { Stdin = true });

        Assert.Equal("SigIgn:\t0000000000000000", System.Text.Encoding.UTF8.GetString((await FirstLineAsync(container.Id)).Text.Span));
        Assert.Equal("SigIgn:\t0000000000000000\n", (await Runtime.ExecAsync(container.Id, ["grep", "SigIgn", "/proc/self/status"], Patience, Token)).Output);
    }

    [ContractFact]
    public async Task Exec_TooSlow_TimesOut()
    {
        var (_, container) = await StartAsync(Sleeps("main"));

        var result = await Runtime.ExecAsync(container.Id, ["sh", "-c", "echo begun; sleep 60"], TimeSpan.FromMilliseconds(500), Token);

        Assert.True(result.TimedOut);
    }

    [ContractFact]
    public async Task Exec_MissingCommand_IsNotSuccess()
    {
        var (_, container) = await StartAsync(Sleeps("main"));

        var result = await Runtime.ExecAsync(container.Id, ["/no/such/command"], Patience, Token);

        Assert.InRange(result.ExitCode, 126, 127);
        Assert.Contains("no such file", result.Output, StringComparison.OrdinalIgnoreCase);
    }

    [ContractFact]
    public async Task Exec_MuchOutput_IsCutAndDoesNotHang()
    {
        var (_, container) = await StartAsync(Sleeps("main"));

        var result = await Runtime.ExecAsync(container.Id, ["sh", "-c", "yes | head -c 300000; exit 3"], Patience, Token);

        Assert.Equal(3, result.ExitCode);
        Assert.Equal(64 * 1024, result.Output.Length);
    }

    [ContractFact]
    public async Task Environment_AndWorkingDirectory_AreSet()
    {
        var (_, container) = await StartAsync(Shell("main", "echo \"$A/$B\"; pwd; echo \"$PATH\" | grep -c bin") with
        {
            Environment = [new("A", "one two"), new("B", "$A")],
            WorkingDirectory = "/tmp",
        });
        await EndedAsync(container.Id);

        Assert.Equal(["one two/$A", "/tmp", "1"], await LinesAsync(container.Id, new LogQuery()));
    }

    [ContractFact]
    public async Task Logs_LongLine_IsOneLine()
    {
        var (_, container) = await StartAsync(Shell("main", "head -c 100000 /dev/zero | tr '\\0' x; echo; printf rest"));
        await EndedAsync(container.Id);

        var lines = await LinesAsync(container.Id, new LogQuery());

        Assert.Equal([100_000, 4], lines.Select(line => line.Length));
    }

    [ContractFact]
    public async Task Logs_BothStreams_AreThere()
    {
        var (_, container) = await StartAsync(Shell("main", "echo out; echo err >&2"));
        await EndedAsync(container.Id);

        Assert.Equal(["err", "out"], (await LinesAsync(container.Id, new LogQuery())).Order());
    }

    [ContractFact]
    public async Task Usage_BusyContainer_IsMeasured()
    {
        var (sandbox, container) = await StartAsync(Shell("main", "while :; do :; done"));

        ImmutableArray<ContainerUsage> usage;
        do
        {
            await Task.Delay(50, Token);
            usage = await Runtime.GetUsageAsync(Token);
        }
        while (usage is not [{ CpuNanocores: > 10_000_000 }]);

        Assert.Equal(sandbox.Pod.Uid, usage[0].PodUid);
        Assert.Equal("main", usage[0].Container);
        Assert.InRange(usage[0].MemoryBytes, 1UL, 1UL << 30);
        await Runtime.StopContainerAsync(container.Id, TimeSpan.Zero, Token);
        Assert.Empty(await Runtime.GetUsageAsync(Token));
    }
}
