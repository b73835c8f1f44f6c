using System.Net;
using System.Net.Sockets;
using System.Text;
using Grainhouse.HostAgent.Runtimes;
using Grainhouse.Testing.Facts;

namespace Grainhouse.HostAgent.Tests.Runtimes;

/// <summary>Processes that are talked to while they run.</summary>
public abstract partial class ShellRuntimeContract
{
    private static readonly ProcessStreams All = new(Stdin: true, Stdout: true, Stderr: true, Terminal: false);

    private IStreamingRuntime Streaming => (IStreamingRuntime)Runtime;

    [ContractFact]
    public async Task Command_WithInput_IsHeardToItsEnd()
    {
        var (_, container) = await StartAsync(Sleeps("main"));
        await using var command = await Streaming.StartCommandAsync(container.Id, ["sh", "-c", "cat; echo oops >&2; exit 7"], All, Token);
        var heard = new Heard();
        var listening = command.ListenAsync(heard.TakeAsync, Token);

        await command.WriteAsync("one "u8.ToArray(), Token);
        await command.WriteAsync("two"u8.ToArray(), Token);
        await command.EndInputAsync(Token);

        Assert.Equal(7, await listening);
        Assert.Equal(("one two", "oops\n"), (heard.Output, heard.Error));
    }

    [ContractFact]
    public async Task Command_WithTerminal_HasOne()
    {
        var (_, container) = await StartAsync(Sleeps("main"));
        await using var command = await Streaming.StartCommandAsync(
            container.Id, ["sh", "-c", "test -t 0 && test -t 1 && echo terminal; read line; echo got $line >&2; exit 3"], All with { Stderr = false, Terminal = true }, Token);
        var heard = new Heard();
        var listening = command.ListenAsync(heard.TakeAsync, Token);

        await command.ResizeAsync(90, 30, Token);
        await command.WriteAsync("typed\n"u8.ToArray(), Token);

        Assert.Equal(3, await listening);
        Assert.Contains("terminal\r\n", heard.Output, StringComparison.Ordinal);
        Assert.Contains("got typed\r\n", heard.Output, StringComparison.Ordinal);
        Assert.Equal("", heard.Error);
    }

    [ContractFact]
    public async Task Command_ThatDoesNotExist_SaysSoAndEndsAsInAShell()
    {
        var (_, container) = await StartAsync(Sleeps("main"));
        await using var command = await Streaming.StartCommandAsync(container.Id, ["no-such-command"], All, Token);
        var heard = new Heard();

        Assert.InRange(await command.ListenAsync(heard.TakeAsync, Token), 126, 127);
        Assert.Contains("no-such-command", heard.Output + heard.Error, StringComparison.Ordinal);
    }

    [ContractFact]
    public async Task Command_NobodyTakesWhatItSays_Waits()
    {
        var (_, container) = await StartAsync(Sleeps("main"));
        await using var command = await Streaming.StartCommandAsync(container.Id, ["sh", "-c", "head -c 20000000 /dev/zero; echo end >&2"], All, Token);
        var (bytes, room) = (0, new SemaphoreSlim(0));
        var first = new TaskCompletionSource();
        var ended = false;
        var listening = command.ListenAsync(
            async (isError, data, token) =>
            {
                ended |= isError;
                bytes += isError ? 0 : data.Length;
                if (!isError)
                {
                    first.TrySetResult();
                    await room.WaitAsync(token);
                }
            },
            Token);

        await first.Task;
        Assert.False(ended);
        room.Release(1_000_000);

        Assert.Equal(0, await listening);
        Assert.Equal((20_000_000, true), (bytes, ended));
    }

    [ContractFact]
    public async Task Command_NobodyListensAnyMore_IsKilled()
    {
        var (_, container) = await StartAsync(Sleeps("main"));
        var mark = Random.Shared.Next(100_000_000, 999_999_999).ToString();
        var command = await Streaming.StartCommandAsync(container.Id, ["sh", "-c", "echo begun; exec sleep " + mark], All, Token);
        using var leave = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var begun = new TaskCompletionSource();
        var listening = command.ListenAsync((_, _, _) => { begun.TrySetResult(); return ValueTask.CompletedTask; }, leave.Token);
        await begun.Task;

        await leave.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => listening);
        await command.DisposeAsync();

        while (CommandLines().Contains(mark))
        {
            Token.ThrowIfCancellationRequested();
            await Task.Delay(20);
        }
    }

    [ContractFact]
    public async Task Attach_Container_HearsWhatItSaysFromNowOn()
    {
        var (_, container) = await StartAsync(PrintsAndSleeps("main", "first", "last"));
        await FirstLineAsync(container.Id);
        await using var process = await Streaming.AttachAsync(container.Id, All, Token);
        var heard = new Heard();
        var listening = process.ListenAsync(heard.TakeAsync, Token);

        await Runtime.StopContainerAsync(container.Id, Patience, Token);

        Assert.Equal(0, await listening);
        Assert.Equal("last\n", heard.Output);
    }

    [ContractFact]
    public async Task Streams_ContainerThatHasEnded_AreRefused()
    {
        var (_, container) = await StartAsync(Prints("main", 0, "bye"));
        await EndedAsync(container.Id);

        foreach (var refused in new Func<Task>[]
        {
            () => Streaming.StartCommandAsync(container.Id, ["true"], All, Token),
            () => Streaming.AttachAsync(container.Id, All, Token),
        })
        {
            Assert.Equal(RuntimeErrorKind.NotFound, (await Assert.ThrowsAsync<RuntimeException>(refused)).Kind);
        }
    }

    [ContractFact]
    public async Task Connect_NobodyListens_IsRefused()
    {
        var (sandbox, _) = await StartAsync(Sleeps("main"));
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        var port = ((IPEndPoint)free.LocalEndpoint).Port;
        free.Stop();

        var refused = await Assert.ThrowsAsync<RuntimeException>(() => Streaming.ConnectAsync(sandbox.Id, port, Token));

        Assert.Equal(RuntimeErrorKind.NotFound, refused.Kind);
        Assert.Contains($"127.0.0.1:{port}", refused.Message, StringComparison.Ordinal);
    }

    // The tests' drivers run their processes on this machine.
    private static string CommandLines()
    {
        var lines = new StringBuilder();
        foreach (var process in Directory.EnumerateDirectories("/proc").Where(path => char.IsAsciiDigit(Path.GetFileName(path)[0])))
        {
            try
            {
                lines.Append(File.ReadAllText(Path.Combine(process, "cmdline")));
            }
            catch (IOException)
            {
                continue;
            }
        }

        return lines.ToString();
    }

    /// <summary>What a process said.</summary>
    private protected sealed class Heard
    {
        private readonly List<byte> output = [];
        private readonly List<byte> error = [];

        public string Output => TextOf(output);

        public string Error => TextOf(error);

        public ValueTask TakeAsync(bool isError, ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
        {
            var heard = isError ? error : output;
            lock (heard)
            {
                heard.AddRange(data.Span);
            }

            return ValueTask.CompletedTask;
        }

        public async Task UntilAsync(string text, CancellationToken cancellationToken)
        {
            while (!Output.Contains(text, StringComparison.Ordinal))
            {
                await Task.Delay(5, cancellationToken);
            }
        }

        private static string TextOf(List<byte> heard)
        {
            lock (heard)
            {
                return Encoding.UTF8.GetString([.. heard]);
            }
        }
    }
}
