using System.Net.WebSockets;
using System.Text;
using k8s;
using Microsoft.AspNetCore.Http;

namespace Grainhouse.Client.Tests.Pods;

/// <summary>exec and attach, the server played by the test.</summary>
public sealed class PodCommandTests
{
    private const string V4 = "v4.channel.k8s.io";
    private const string V5 = "v5.channel.k8s.io";
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Exec_OverV5_WordsInputSizeOutputsAndExitCode()
    {
        var heard = new List<string>();
        await using var server = await PlayedServer.StartAsync(V5, async (context, socket) =>
        {
            heard.Add($"{context.Request.Path}{context.Request.QueryString} {context.Request.Headers.Authorization} {string.Join(' ', context.WebSockets.WebSocketRequestedProtocols)}");
            await PlayedServer.SayAsync(socket, 1, "");
            for (var i = 0; i < 3; i++)
            {
                heard.Add($"{await PlayedServer.HearAsync(socket)}");
            }

            await PlayedServer.SayAsync(socket, 2, "complaint");
            await PlayedServer.SayAsync(socket, 1, "answer");
            await PlayedServer.SayAsync(socket, 3, """{"metadata":{},"status":"Failure","reason":"NonZeroExitCode","details":{"causes":[{"reason":"ExitCode","message":"3"}]}}""");
            await PlayedServer.CloseAsync(socket);
            await PlayedServer.HearAsync(socket);
        });

        await using var command = await server.Client.Pod("web", "shop").ExecAsync(["sh", "-c", "", "a&b c"], new CommandSettings { Container = "main", Stdin = true });
        Assert.True(command.CanEndInput);
        await command.ResizeAsync(90, 30);
        await command.Stdin.WriteAsync("question"u8.ToArray());
        await command.Stdin.DisposeAsync();

        Assert.Equal("answer", await TextAsync(command.Stdout));
        Assert.Equal("complaint", await TextAsync(command.Stderr));
        Assert.Equal(3, await command.WaitAsync().WaitAsync(Bound));
        Assert.Equal(
            [
                $"/api/v1/namespaces/shop/pods/web/exec?command=sh&command=-c&command=&command=a%26b%20c&container=main&stdin=true&stdout=true&stderr=true Bearer token {V5} {V4}",
                """(4, {"Width":90,"Height":30})""",
                "(0, question)",
                "(255, \0)",
            ],
            heard);
    }

    [Fact]
    public async Task Run_OverV4WithInput_SaysWhyNot()
    {
        await using var server = await PlayedServer.StartAsync(V4, static (_, socket) => PlayedServer.HearAsync(socket));

        var refused = await Assert.ThrowsAsync<NotSupportedException>(() => server.Client.Pod("web", "shop").RunAsync(["cat"], "x"u8.ToArray()).WaitAsync(Bound));

        Assert.Contains("1.30", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_InputThatIsNotTaken_TheEndIsTold()
    {
        await using var server = await PlayedServer.StartAsync(V5, static async (_, socket) =>
        {
            await PlayedServer.SayAsync(socket, 3, """{"status":"Success"}""");
            await PlayedServer.CloseAsync(socket);
            while ((await PlayedServer.HearAsync(socket)).Channel >= 0)
            {
            }
        });

        var result = await server.Client.Pod("web", "shop").RunAsync(["true"], new byte[1 << 20]).WaitAsync(Bound);

        Assert.Equal(new CommandResult(0, "", ""), result);
    }

    [Theory]
    [InlineData("""{"status":"Failure","code":500,"reason":"InternalError","message":"no such container"}""", 500, "no such container")]
    [InlineData("""{"status":"Failure","reason":"NonZeroExitCode","message":"odd"}""", 500, "odd")]
    [InlineData("words", 500, "HTTP 500: words")]
    public async Task Wait_SomethingFailedAroundIt_Throws(string status, int code, string message)
    {
        await using var server = await PlayedServer.StartAsync(V5, async (_, socket) =>
        {
            await PlayedServer.SayAsync(socket, 3, status);
            await PlayedServer.CloseAsync(socket);
            await PlayedServer.HearAsync(socket);
        });
        await using var command = await server.Client.Pod("web", "shop").ExecAsync(["true"]);

        var failed = await Assert.ThrowsAsync<ApiException>(() => command.WaitAsync().WaitAsync(Bound));

        Assert.Equal((code, message), (failed.StatusCode, failed.Message));
    }

    [Fact]
    public async Task Wait_ConnectionLost_ThrowsAndSoDoesTheOutput()
    {
        await using var server = await PlayedServer.StartAsync(V5, static async (_, socket) =>
        {
            await PlayedServer.SayAsync(socket, 1, "half");
            await PlayedServer.HearAsync(socket);
            socket.Abort();
        });
        await using var command = await server.Client.Pod("web", "shop").ExecAsync(["true"], new CommandSettings { Stdin = true });
        await command.Stdin.WriteAsync("x"u8.ToArray());

        await Assert.ThrowsAsync<IOException>(() => command.WaitAsync().WaitAsync(Bound));
        await Assert.ThrowsAsync<IOException>(() => TextAsync(command.Stdout));
    }

    [Fact]
    public async Task Exec_Refused_TheServersWords()
    {
        await using var server = await PlayedServer.StartAsync(static async context =>
        {
            context.Response.StatusCode = 403;
            await context.Response.WriteAsync("""{"kind":"Status","reason":"Forbidden","message":"pods \"web\" is forbidden","code":403}""");
        });

        var refused = await Assert.ThrowsAsync<ApiException>(() => server.Client.Pod("web", "shop").ExecAsync(["true"]));

        Assert.Equal((403, "Forbidden", "pods \"web\" is forbidden"), (refused.StatusCode, refused.Reason, refused.Message));
    }

    [Fact]
    public async Task Exec_NoServer_HttpRequestException()
    {
        string address;
        await using (var server = await PlayedServer.StartAsync(static _ => Task.CompletedTask))
        {
            address = server.Client.Typed.BaseUri.ToString();
        }

        using var client = new GrainhouseClient(new KubernetesClientConfiguration { Host = address });

        await Assert.ThrowsAsync<HttpRequestException>(() => client.Pod("web", "shop").ExecAsync(["true"]));
    }

    [Fact]
    public async Task Dispose_WithOutputThatNobodyReads_TheServerSeesTheGoodbye()
    {
        var left = new TaskCompletionSource<int>();
        await using var server = await PlayedServer.StartAsync(V5, async (_, socket) =>
        {
            var flood = FloodAsync(socket);
            left.SetResult((await PlayedServer.HearAsync(socket)).Channel);
            await flood;
            await PlayedServer.CloseAsync(socket);
        });
        var command = await server.Client.Pod("web", "shop").AttachAsync();
        await command.Stdout.ReadExactlyAsync(new byte[1]);

        await command.DisposeAsync().AsTask().WaitAsync(Bound);

        Assert.Equal(-1, await left.Task.WaitAsync(Bound));

        static async Task FloodAsync(WebSocket socket)
        {
            for (var i = 0; i < 100; i++)
            {
                await PlayedServer.SayAsync(socket, 1, new string('x', 30_000));
            }
        }
    }

    private static async Task<string> TextAsync(Stream stream)
    {
        using var reader = new StreamReader(stream, Encoding.Latin1, leaveOpen: true);
        return await reader.ReadToEndAsync().WaitAsync(Bound);
    }
}
