using System.Diagnostics;
using Grainhouse.HostAgent.Runtimes;
using Grainhouse.HostAgent.Runtimes.Processes;
using Microsoft.Extensions.Logging.Abstractions;

namespace Grainhouse.HostAgent.Tests.Runtimes.Processes;

public sealed partial class ProcessRuntimeTests : ShellRuntimeContract, IDisposable
{
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("grainhouse-test-");

    public void Dispose()
    {
        _data.Delete(recursive: true);
        foreach (var directory in CgroupRoots())
        {
            Directory.Delete(directory);
        }
    }

    protected override IContainerRuntime CreateRuntime() =>
        new ProcessRuntime(Options(), TimeProvider.System, NullLogger<ProcessRuntime>.Instance);

    protected override async Task<string?> FindLeftoversAsync()
    {
        var files = _data.EnumerateFiles("*", SearchOption.AllDirectories).Select(file => file.FullName);
        var left = files.Concat(CgroupRoots().SelectMany(Directory.EnumerateDirectories)).FirstOrDefault();
        await Task.CompletedTask;
        return left ?? ScopedProcesses().FirstOrDefault();
    }

    [Fact]
    public async Task Process_AgentDies_EndIsNotedAndOutputIsKept()
    {
        var (_, container) = await StartAsync(Shell("main", "echo before; sleep 0.3; echo after; exit 6"));
        await Runtime.DisposeAsync();
        while (!File.Exists(Path.Combine(_data.FullName, "run", container.Id + ".exit")))
        {
            await Task.Delay(10, Token);
        }

        var second = Another();
        var ended = (await second.ListAsync(Token)).Single().Containers.Single();
        var lines = new List<string>();
        await foreach (var line in second.ReadLogsAsync(container.Id, new LogQuery(), Token))
        {
            lines.Add(System.Text.Encoding.UTF8.GetString(line.Text.Span));
        }

        Assert.Equal(6, ended.ExitCode);
        Assert.Equal(["before", "after"], lines);
        Assert.True(ended.FinishedAt > ended.StartedAt);
    }

    [Fact]
    public async Task Process_IdWasReused_IsNotTakenForIt()
    {
        var (_, container) = await StartAsync(Sleeps("main"));
        using var stranger = Process.Start(new ProcessStartInfo("sleep", "60"))!;
        var file = Path.Combine(_data.FullName, "run", container.Id + ".pid");
        var record = await File.ReadAllTextAsync(file, Token);
        try
        {
            // The record of a run whose ids a later process has, started at another time.
            await File.WriteAllTextAsync(file, record.Replace($"{container.ProcessId} (", $"{stranger.Id} (", StringComparison.Ordinal).Replace(SupervisorId(record) + " (", "999999 (", StringComparison.Ordinal), Token);

            var state = await Runtime.InspectContainerAsync(container.Id, Token);
            await Runtime.RemoveContainerAsync(container.Id, Token);

            Assert.Equal(ContainerPhase.Exited, state?.Phase);
            Assert.False(stranger.HasExited);
        }
        finally
        {
            stranger.Kill();
        }
    }

    [Fact]
    public async Task Stop_ContainerWithChildren_LeavesNone()
    {
        var marker = $"60.{Random.Shared.Next(1_000_000)}";
        var (_, container) = await StartAsync(Shell("main", $"sleep {marker} & setsid sleep {marker} & trap '' TERM; while :; do sleep 0.1; done"));
        while (Commands().Count(command => command.Contains(marker, StringComparison.Ordinal) && command.StartsWith("sleep", StringComparison.Ordinal)) < 2)
        {
            await Task.Delay(10, Token);
        }

        await Runtime.StopContainerAsync(container.Id, TimeSpan.FromMilliseconds(200), Token);

        Assert.DoesNotContain(Commands(), command => command.Contains(marker, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Signal_ToTheWholeGroup_DoesNotLoseTheExitCode()
    {
        var (_, container) = await StartAsync(Shell("main", "trap 'exit 17' USR1; kill -USR1 0; sleep 60"));

        Assert.Equal(17, (await EndedAsync(container.Id)).ExitCode);
    }

    [Fact]
    public async Task Command_IsExecutedDirectly()
    {
        var (_, container) = await StartAsync(new ContainerSpec { Name = "main", Command = ["printf", "%s|", "a b", "$HOME", "'q'", "*"] });
        await EndedAsync(container.Id);

        Assert.Equal(["a b|$HOME|'q'|*|"], await LinesAsync(container.Id, new LogQuery()));
    }

    [Fact]
    public async Task Home_AndWorkingDirectory_AreItsOwn()
    {
        var (_, container) = await StartAsync(Shell("main", "pwd; echo $HOME; echo $HOSTNAME; env | grep -c grainhouse_"));
        await EndedAsync(container.Id);

        var lines = await LinesAsync(container.Id, new LogQuery());

        Assert.StartsWith(_data.FullName, lines[0], StringComparison.Ordinal);
        Assert.Equal(lines[0], lines[1]);
        Assert.StartsWith("pod-", lines[2], StringComparison.Ordinal);
        Assert.Equal("0", lines[3]);
    }

    [Fact]
    public async Task Log_OverItsBound_IsRotatedAndKeepsTheYoungestLines()
    {
        await using var small = new ProcessRuntime(
            Options() with { LogFileBytes = 20_000, LogFiles = 3 }, TimeProvider.System, NullLogger<ProcessRuntime>.Instance);
        var sandbox = await small.EnsureSandboxAsync(Pod(), Token);
        var container = await small.StartContainerAsync(
            sandbox.Id, Shell("main", "n=0; while [ $n -lt 30 ]; do n=$((n+1)); seq -f \"$n-%g-xxxxxxxxxxxxxxxxxxxxxxxxxx\" 100; sleep 0.02; done"), Token);
        await EndedAsync(small, container.Id);

        var lines = new List<string>();
        await foreach (var line in small.ReadLogsAsync(container.Id, new LogQuery(), Token))
        {
            lines.Add(System.Text.Encoding.UTF8.GetString(line.Text.Span));
        }

        Assert.StartsWith("30-100-", lines[^1], StringComparison.Ordinal);
        Assert.InRange(lines.Count, 100, 2999);
        Assert.Equal(lines.Count, lines.Distinct().Count());
        Assert.Equal(3, Directory.EnumerateFiles(_data.FullName, "log*", SearchOption.AllDirectories).Count());
    }

    [SkippableRootFact]
    public async Task Mounts_OfEveryKind_AreSeenByTheProcessAlone()
    {
        var volume = _data.CreateSubdirectory("volume");
        await File.WriteAllTextAsync(Path.Combine(volume.FullName, "file"), "text\n", Token);
        var (_, container) = await StartAsync(Shell(
            "main", "cat /etc/grainhouse-test/file /grainhouse-test/file /mnt/file; echo x >/mnt/file || echo refused; pwd; echo y >/grainhouse-test/new; ls /etc/passwd") with
        {
            WorkingDirectory = "/grainhouse-test",
            Mounts =
            [
                new ContainerMount(volume.FullName, "/etc/grainhouse-test", ReadOnly: false),
                new ContainerMount(volume.FullName, "/grainhouse-test", ReadOnly: false),
                new ContainerMount(volume.FullName, "/mnt", ReadOnly: true),
            ],
        });
        await EndedAsync(container.Id);

        var lines = await LinesAsync(container.Id, new LogQuery());

        Assert.Equal(["text", "text", "text"], lines[..3]);
        Assert.Contains("refused", lines);
        Assert.Contains("/grainhouse-test", lines);
        Assert.Contains("/etc/passwd", lines);
        Assert.Equal("y\n", await File.ReadAllTextAsync(Path.Combine(volume.FullName, "new"), Token));
        Assert.False(Directory.Exists("/grainhouse-test"));
        Assert.False(Directory.Exists("/etc/grainhouse-test"));
    }

    [SkippableRootFact]
    public async Task Memory_OverTheLimit_IsOutOfMemory()
    {
        var (_, container) = await StartAsync(Shell("main", "x=aaaaaaaaaa; while :; do x=$x$x; done") with { MemoryLimitBytes = 16 << 20 });

        var ended = await EndedAsync(container.Id);

        Assert.True(ended.OutOfMemory);
        Assert.NotEqual(0, ended.ExitCode);
    }

    [Fact]
    public async Task Start_MountSourceIsMissing_FailsWithCreateAndLeavesNothing()
    {
        var sandbox = await Runtime.EnsureSandboxAsync(Pod(), Token);

        var error = await Assert.ThrowsAsync<RuntimeException>(() => Runtime.StartContainerAsync(
            sandbox.Id, Sleeps("main") with { Mounts = [new ContainerMount("/no/such/place", "/x", ReadOnly: false)] }, Token));

        Assert.Equal(RuntimeErrorKind.Create, error.Kind);
        Assert.Empty((await Runtime.ListAsync(Token)).Single().Containers);
    }

    [Theory]
    [InlineData("../../etc")]
    [InlineData("a_1_../x_0")]
    [InlineData("")]
    [InlineData("a_0")]
    public async Task Id_FromOutside_LeadsNowhere(string id)
    {
        Assert.Null(await Runtime.InspectContainerAsync(id, Token));
        await Runtime.RemoveContainerAsync(id, Token);
        await Runtime.RemoveSandboxAsync(id, Token);
    }

    private ProcessRuntimeOptions Options() => new() { DataDirectory = _data.FullName, InstanceScope = Scope };

    private IEnumerable<string> CgroupRoots() =>
        new[] { "", "cpu/", "cpuacct/", "memory/", "pids/" }.Select(controller => $"/sys/fs/cgroup/{controller}grainhouse/{Scope}").Where(Directory.Exists);

    private IEnumerable<string> ScopedProcesses() => Commands().Where(command => command.Contains(_data.FullName, StringComparison.Ordinal));

    private static string SupervisorId(string record) => record[..record.IndexOf(' ')];

    private static List<string> Commands()
    {
        var commands = new List<string>();
        foreach (var directory in Directory.EnumerateDirectories("/proc"))
        {
            try
            {
                if (char.IsAsciiDigit(directory[6]))
                {
                    commands.Add(File.ReadAllText(directory + "/cmdline").Replace('\0', ' '));
                }
            }
            catch (IOException)
            {
                continue;
            }
        }

        return commands;
    }
}
