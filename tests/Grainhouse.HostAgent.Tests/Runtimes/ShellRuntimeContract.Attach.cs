using Grainhouse.HostAgent.Runtimes;
using Grainhouse.Testing.Facts;

namespace Grainhouse.HostAgent.Tests.Runtimes;

/// <summary>A container's own process, with input and with a terminal.</summary>
public abstract partial class ShellRuntimeContract
{
    private static readonly ProcessStreams OnTerminal = new(Stdin: true, Stdout: true, Stderr: false, Terminal: true);

    [ContractFact]
    public async Task Attach_InputOnce_EndsWithTheFirst()
    {
        var (_, container) = await StartAsync(Shell("main", "cat; echo end; exit 5") with { Stdin = true, StdinOnce = true });
        await using var process = await Streaming.AttachAsync(container.Id, All, Token);
        var heard = new Heard();
        var listening = process.ListenAsync(heard.TakeAsync, Token);

        await process.WriteAsync("one "u8.ToArray(), Token);
        await heard.UntilAsync("one ", Token);
        await process.WriteAsync("two\n"u8.ToArray(), Token);
        await process.EndInputAsync(Token);

        Assert.Equal(0, await listening);
        Assert.Equal("one two\nend\n", heard.Output);
        Assert.Equal(5, (await EndedAsync(container.Id)).ExitCode);
    }

    [ContractFact]
    public async Task Attach_InputOnceAndLeft_EndsToo()
    {
        var (_, container) = await StartAsync(Shell("main", "cat; exit 4") with { Stdin = true, StdinOnce = true });
        var process = await Streaming.AttachAsync(container.Id, All, Token);
        await process.WriteAsync("last words\n"u8.ToArray(), Token);
        await process.DisposeAsync();

        Assert.Equal(4, (await EndedAsync(container.Id)).ExitCode);
        Assert.Equal(["last words"], await LinesAsync(container.Id, new LogQuery()));
    }

    [ContractFact]
    public async Task Attach_InputThatStays_IsThereForTheNext()
    {
        var (_, container) = await StartAsync(Shell("main", "while read line; do echo got $line; test $line = bye && exit 3; done; exit 9") with { Stdin = true });
        var first = new Heard();
        await using (var process = await Streaming.AttachAsync(container.Id, All, Token))
        {
            var listening = process.ListenAsync(first.TakeAsync, Token);
            await process.WriteAsync("hello\n"u8.ToArray(), Token);
            await first.UntilAsync("got hello\n", Token);
            await process.EndInputAsync(Token);

            // It runs on; who ended his input has left.
            Assert.Equal(0, await listening);
        }

        var second = new Heard();
        await using var again = await Streaming.AttachAsync(container.Id, All, Token);
        var listeningAgain = again.ListenAsync(second.TakeAsync, Token);
        await again.WriteAsync("bye\n"u8.ToArray(), Token);

        Assert.Equal(0, await listeningAgain);
        Assert.Equal(("got hello\n", "got bye\n"), (first.Output, second.Output));
        Assert.Equal(3, (await EndedAsync(container.Id)).ExitCode);
    }

    [ContractFact]
    public async Task Attach_MuchInput_WaitsUntilItIsTaken()
    {
        const int Bytes = 3_000_000;
        var (_, container) = await StartAsync(Shell("main", "read go; head -c 3000000 | wc -c; exit 0") with { Stdin = true, StdinOnce = true });
        await using var process = await Streaming.AttachAsync(container.Id, All, Token);
        var heard = new Heard();
        var listening = process.ListenAsync(heard.TakeAsync, Token);

        await process.WriteAsync("go\n"u8.ToArray(), Token);
        await process.WriteAsync(new byte[Bytes], Token);

        Assert.Equal(0, await listening);
        Assert.Contains("3000000\n", heard.Output, StringComparison.Ordinal);
    }

    [ContractFact]
    public async Task Attach_Terminal_PromptsEchoesAndHasASize()
    {
        const string Script = "read go; test -t 0 && test -t 1 && printf 'terminal> '; read line; stty size; exit 6";
        var (_, container) = await StartAsync(Shell("main", Script) with { Stdin = true, StdinOnce = true, Tty = true });
        await using var process = await Streaming.AttachAsync(container.Id, OnTerminal, Token);
        var heard = new Heard();
        var listening = process.ListenAsync(heard.TakeAsync, Token);

        await process.ResizeAsync(90, 30, Token);
        await process.WriteAsync("go\n"u8.ToArray(), Token);
        await heard.UntilAsync("terminal> ", Token);
        await process.WriteAsync("typed\n"u8.ToArray(), Token);

        Assert.Equal(0, await listening);
        Assert.Equal("go\r\nterminal> typed\r\n30 90\r\n", heard.Output);
        Assert.Equal(6, (await EndedAsync(container.Id)).ExitCode);
    }

    [ContractFact]
    public async Task Attach_TerminalLeft_CanBeComeBackTo()
    {
        var (_, container) = await StartAsync(Shell("main", "trap 'echo interrupted; exit 7' INT; echo ready; while :; do sleep 0.05; done") with { Stdin = true, StdinOnce = true, Tty = true });
        await using (var left = await Streaming.AttachAsync(container.Id, OnTerminal, Token))
        {
            await left.WriteAsync("x"u8.ToArray(), Token);
        }

        await FirstLineAsync(container.Id);
        await using var process = await Streaming.AttachAsync(container.Id, OnTerminal, Token);
        var heard = new Heard();
        var listening = process.ListenAsync(heard.TakeAsync, Token);
        await process.WriteAsync(new byte[] { 3 }, Token);

        Assert.Equal(0, await listening);
        Assert.Contains("interrupted\r\n", heard.Output, StringComparison.Ordinal);
        Assert.Equal(7, (await EndedAsync(container.Id)).ExitCode);
    }

    [ContractFact]
    public async Task Terminal_NobodyAttaches_StaysOpenAndStops()
    {
        var (_, container) = await StartAsync(Sleeps("main") with { Args = ["trap 'exit 0' TERM; echo ready; read line; exit 1"], Tty = true });
        await FirstLineAsync(container.Id);

        Assert.Equal(0, (await Runtime.StopContainerAsync(container.Id, Patience, Token)).ExitCode);
    }

    [ContractFact]
    public async Task Terminal_Killed_IsASignalsExitCode()
    {
        var (_, container) = await StartAsync(Sleeps("main") with { Tty = true });

        Assert.Equal(137, (await Runtime.StopContainerAsync(container.Id, TimeSpan.Zero, Token)).ExitCode);
    }
}
