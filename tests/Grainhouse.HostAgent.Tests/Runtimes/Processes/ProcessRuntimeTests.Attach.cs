using Grainhouse.HostAgent.Runtimes;
using Grainhouse.HostAgent.Runtimes.Processes;
using Microsoft.Extensions.Logging.Abstractions;

namespace Grainhouse.HostAgent.Tests.Runtimes.Processes;

/// <summary>Processes of the host that are attached to.</summary>
public sealed partial class ProcessRuntimeTests
{
    private static readonly ProcessStreams Typed = new(Stdin: true, Stdout: true, Stderr: false, Terminal: true);
    private static readonly ProcessStreams Piped = new(Stdin: true, Stdout: true, Stderr: true, Terminal: false);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Attach_AfterAnAgentsRestart_FindsTheSameInput(bool terminal)
    {
        var (_, container) = await StartAsync(Shell("main", "read first; echo got $first; read second; echo got $second; exit 3") with { Stdin = true, StdinOnce = terminal, Tty = terminal });
        var before = Runtime;
        await using (var process = await ((IStreamingRuntime)before).AttachAsync(container.Id, Piped, Token))
        {
            await process.WriteAsync("one\n"u8.ToArray(), Token);
        }

        await FirstLineAsync(container.Id);
        await before.DisposeAsync();
        var after = Another();
        await using var again = await ((IStreamingRuntime)after).AttachAsync(container.Id, Piped, Token);
        var heard = new Heard();
        var listening = again.ListenAsync(heard.TakeAsync, Token);
        await again.WriteAsync("two\n"u8.ToArray(), Token);

        Assert.Equal(0, await listening);
        Assert.EndsWith(terminal ? "got two\r\n" : "got two\n", heard.Output, StringComparison.Ordinal);
        Assert.Equal(3, (await after.InspectContainerAsync(container.Id, Token))!.ExitCode);
    }

    [Fact]
    public async Task Attach_InputOnceAfterAnAgentsRestart_WasNotEndedByIt()
    {
        var (_, container) = await StartAsync(Shell("main", "cat; exit 3") with { Stdin = true, StdinOnce = true });
        await Runtime.DisposeAsync();
        var after = (IStreamingRuntime)Another();
        await using var process = await after.AttachAsync(container.Id, Piped, Token);
        var heard = new Heard();
        var listening = process.ListenAsync(heard.TakeAsync, Token);

        await process.WriteAsync("still here"u8.ToArray(), Token);
        await process.EndInputAsync(Token);

        Assert.Equal(0, await listening);
        Assert.Equal("still here", heard.Output);
    }

    [Fact]
    public async Task Stop_InputThatNobodyEnded_LeavesNobodyWhoHoldsItOpen()
    {
        var (_, container) = await StartAsync(Sleeps("main") with { Stdin = true, StdinOnce = true });
        var holder = HolderOf(container);
        Assert.True(Directory.Exists($"/proc/{holder}"));

        await Runtime.StopContainerAsync(container.Id, Patience, Token);

        while (Directory.Exists($"/proc/{holder}"))
        {
            await Task.Delay(5, Token);
        }
    }

    [Fact]
    public async Task End_ByItself_LeavesNobodyWhoHoldsItsInputOpen()
    {
        var (_, container) = await StartAsync(Shell("main", "exit 0") with { Stdin = true, StdinOnce = true });
        var holder = HolderOf(container);
        await Runtime.DisposeAsync();

        while (Directory.Exists($"/proc/{holder}"))
        {
            await Task.Delay(5, Token);
        }
    }

    [Fact]
    public async Task Attach_WorkloadClosedItsInput_TakesNoMore()
    {
        var (_, container) = await StartAsync(Shell("main", "read line; exec <&-; echo closed; sleep 60") with { Stdin = true, StdinOnce = true });
        await using var process = await ((IStreamingRuntime)Runtime).AttachAsync(container.Id, Piped, Token);
        var heard = new Heard();
        _ = process.ListenAsync(heard.TakeAsync, Token);
        await process.WriteAsync("line\n"u8.ToArray(), Token);
        await heard.UntilAsync("closed", Token);

        await Assert.ThrowsAsync<IOException>(() => process.WriteAsync("more"u8.ToArray(), Token).AsTask());
    }

    [Fact]
    public async Task Attach_SlowReader_HearsEveryByte()
    {
        const int Lines = 400_000;
        var (_, container) = await StartAsync(Shell("main", $"read go; seq {Lines}; echo over; sleep 60") with { Stdin = true });
        await using var process = await ((IStreamingRuntime)Runtime).AttachAsync(container.Id, Piped, Token);
        var heard = new Heard();
        var first = new TaskCompletionSource();
        var listening = process.ListenAsync(
            async (isError, data, token) =>
            {
                await first.Task.WaitAsync(token);
                await heard.TakeAsync(isError, data, token);
            },
            Token);
        await process.WriteAsync("go\n"u8.ToArray(), Token);

        // By the time that the log has it all, its raw form would have been given back.
        await foreach (var line in Runtime.ReadLogsAsync(container.Id, new LogQuery { Follow = true }, Token))
        {
            if (line.Text.Span.SequenceEqual("over"u8))
            {
                break;
            }
        }

        first.SetResult();
        await heard.UntilAsync("over\n", Token);

        Assert.Equal(string.Concat(Enumerable.Range(1, Lines).Select(number => $"{number}\n")) + "over\n", heard.Output);
        await Runtime.StopContainerAsync(container.Id, TimeSpan.Zero, Token);
        Assert.Equal(0, await listening);
    }

    [Fact]
    public async Task Attach_ReaderSlowerThanTheLogMayGrow_LosesTheOldestAndHearsNoZeros()
    {
        await using var small = new ProcessRuntime(
            Options() with { LogFileBytes = 100_000, LogFiles = 2 }, TimeProvider.System, NullLogger<ProcessRuntime>.Instance);
        var sandbox = await small.EnsureSandboxAsync(Pod(), Token);
        var container = await small.StartContainerAsync(sandbox.Id, Shell("main", "read go; seq 600000; sleep 1; echo over") with { Stdin = true }, Token);
        await using var process = await small.AttachAsync(container.Id, Piped, Token);
        var heard = new Heard();
        var reading = process.ListenAsync(
            async (isError, data, token) =>
            {
                await EndedAsync(small, container.Id);
                await heard.TakeAsync(isError, data, token);
            },
            Token);
        await process.WriteAsync("go\n"u8.ToArray(), Token);
        await reading;

        Assert.DoesNotContain('\0', heard.Output);
        Assert.EndsWith("\n600000\nover\n", heard.Output, StringComparison.Ordinal);
        Assert.InRange(heard.Output.Length, 1, 3_000_000);
    }

    [SkippableRootFact]
    public async Task Terminal_OfAUserWithVolumes_IsTheUsers()
    {
        var volume = _data.CreateSubdirectory("volume");
        var (_, container) = await StartAsync(new ContainerSpec
        {
            Name = "main",
            Command = ["sh", "-c", "id -u; echo \"$0|$1|$SHELL|$TERM\"; stat -c %u \"$(tty)\"; echo written >/dev/tty; ls -d /mnt; kill -9 $$", "it's", "a b", "c"],
            WorkingDirectory = "/mnt",
            Environment = [new("SHELL", "/bin/'zsh")],
            Mounts = [new ContainerMount(volume.FullName, "/mnt", ReadOnly: true)],
            Security = new ContainerSecurity { RunAsUser = 12345 },
            Tty = true,
        });

        Assert.Equal(137, (await EndedAsync(container.Id)).ExitCode);
        Assert.Equal(["12345", "it's|a b|/bin/'zsh|xterm", "12345", "written", "/mnt"], (await LinesAsync(container.Id, new LogQuery())).Select(line => line.TrimEnd('\r')));
    }

    [Fact]
    public async Task Terminal_Interactive_HasJobControl()
    {
        var (_, container) = await StartAsync(new ContainerSpec { Name = "main", Command = ["sh", "-i"], Environment = [new("PS1", "> ")], Stdin = true, StdinOnce = true, Tty = true });
        await using var process = await ((IStreamingRuntime)Runtime).AttachAsync(container.Id, Typed, Token);
        var heard = new Heard();
        var listening = process.ListenAsync(heard.TakeAsync, Token);

        // Ctrl-C ends the command, not the shell that waits for it.
        await process.WriteAsync("sh -c 'echo be\"\"gun; exec sleep 60'\n"u8.ToArray(), Token);
        await heard.UntilAsync("begun\r\n", Token);
        await process.WriteAsync(new byte[] { 3 }, Token);
        await heard.UntilAsync("^C", Token);
        await process.WriteAsync("exit 8\n"u8.ToArray(), Token);

        Assert.Equal(0, await listening);
        Assert.DoesNotContain("job control", heard.Output, StringComparison.Ordinal);
        Assert.Equal(8, (await EndedAsync(container.Id)).ExitCode);
    }

    private int HolderOf(ContainerState container)
    {
        var file = Directory.EnumerateFiles(_data.FullName, "input-holder", SearchOption.AllDirectories).Single(path => path.Contains(container.Id, StringComparison.Ordinal));
        return int.Parse(File.ReadAllText(file).Split(' ')[0]);
    }
}
