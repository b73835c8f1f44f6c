using Google.Protobuf;
using Grainhouse.Gateway.Calls;
using Grainhouse.Gateway.Tests.Streams;
using Grainhouse.Interfaces.Agents;
using Grainhouse.Interfaces.Api;
using Grpc.Core;
using Microsoft.Extensions.Time.Testing;
using ApiStatusMessage = Grainhouse.Interfaces.Api.Status;
using ExecRequest = Grainhouse.Interfaces.Api.ExecRequest;
using Metadata = Grpc.Core.Metadata;

namespace Grainhouse.Gateway.Tests.Calls;

/// <summary>Exec by gRPC, the agent played by the test.</summary>
public sealed class ExecTests(GatewayFixture gateway) : IClassFixture<GatewayFixture>
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Exec_InputSizeEndOutputErrorAndExitCode()
    {
        using var agent = await PlayedAgent.JoinAsync(gateway, "g-exec-1");
        using var calls = new ObjectCalls(gateway);
        using var exec = await StartAsync(calls, "g-exec-1", start => start.Stdin = start.Tty = true);
        var (asked, tunnel) = await agent.OpenAsync();
        await tunnel.RequestStream.WriteAsync(new TunnelFrame { Open = true });
        await exec.ResponseHeadersAsync.WaitAsync(Bound);

        Assert.Equal(["sh", "-c", "", "a&b=c d"], asked.Exec.Command);
        Assert.Equal(("u-1", "a", true, true, false, true), (asked.PodUid, asked.Container, asked.Exec.Streams.Stdin, asked.Exec.Streams.Stdout, asked.Exec.Streams.Stderr, asked.Exec.Streams.Tty));

        await exec.RequestStream.WriteAsync(new ExecRequest { Stdin = ByteString.CopyFromUtf8("in") });
        await exec.RequestStream.WriteAsync(new ExecRequest { Resize = new ExecTerminalSize { Width = 90, Height = 30 } });
        await exec.RequestStream.WriteAsync(new ExecRequest { CloseStdin = new ExecInputEnd() });
        Assert.Equal("in", (await HearAsync(tunnel)).Data.ToStringUtf8());
        Assert.Equal(new TerminalSize { Width = 90, Height = 30 }, (await HearAsync(tunnel)).Size);
        Assert.True((await HearAsync(tunnel)).End);

        await tunnel.RequestStream.WriteAsync(new TunnelFrame { Channel = 1, Data = ByteString.CopyFromUtf8("out") });
        await tunnel.RequestStream.WriteAsync(new TunnelFrame { Channel = 2, Data = ByteString.CopyFromUtf8("err") });
        await tunnel.RequestStream.WriteAsync(new TunnelFrame { Exit = new ProcessExit { Code = 7 } });
        Assert.Equal("out", (await NextAsync(exec)).Stdout.ToStringUtf8());
        Assert.Equal("err", (await NextAsync(exec)).Stderr.ToStringUtf8());
        Assert.Equal(7, (await NextAsync(exec)).Exit.Code);
        Assert.False(await exec.ResponseStream.MoveNext(default).WaitAsync(Bound));
        Assert.Equal(StatusCode.OK, exec.GetStatus().StatusCode);
    }

    [Fact]
    public async Task Exec_RequestsEnd_IsTheInputsEndAndTheCallGoesOn()
    {
        using var agent = await PlayedAgent.JoinAsync(gateway, "g-exec-2");
        using var calls = new ObjectCalls(gateway);
        using var exec = await StartAsync(calls, "g-exec-2", start => start.Stdin = true);
        var (_, tunnel) = await agent.OpenAsync();
        await tunnel.RequestStream.WriteAsync(new TunnelFrame { Open = true });

        await exec.RequestStream.CompleteAsync();
        Assert.True((await HearAsync(tunnel)).End);
        await tunnel.RequestStream.WriteAsync(new TunnelFrame { Channel = 1, Data = ByteString.CopyFromUtf8("later") });
        await tunnel.RequestStream.WriteAsync(new TunnelFrame { Exit = new ProcessExit() });

        Assert.Equal("later", (await NextAsync(exec)).Stdout.ToStringUtf8());
        Assert.Equal(0, (await NextAsync(exec)).Exit.Code);
        Assert.False(await exec.ResponseStream.MoveNext(default).WaitAsync(Bound));
    }

    [Fact]
    public async Task Exec_Cancelled_TunnelEnds()
    {
        using var agent = await PlayedAgent.JoinAsync(gateway, "g-exec-3");
        using var calls = new ObjectCalls(gateway);
        using var exec = await StartAsync(calls, "g-exec-3");
        var (_, tunnel) = await agent.OpenAsync();
        await tunnel.RequestStream.WriteAsync(new TunnelFrame { Open = true });
        await exec.ResponseHeadersAsync.WaitAsync(Bound);

        exec.Dispose();

        Assert.False(await tunnel.ResponseStream.MoveNext(default).WaitAsync(Bound));
    }

    [Theory]
    [InlineData(400, StatusCode.InvalidArgument)]
    [InlineData(500, StatusCode.Internal)]
    [InlineData(501, StatusCode.Unimplemented)]
    public async Task Exec_AgentRefuses_TheCallFails(int code, StatusCode expected)
    {
        var node = $"g-exec-4-{code}";
        using var agent = await PlayedAgent.JoinAsync(gateway, node);
        using var calls = new ObjectCalls(gateway);
        using var exec = await StartAsync(calls, node);
        var (_, tunnel) = await agent.OpenAsync();

        await tunnel.RequestStream.WriteAsync(new TunnelFrame { Error = "container not found (\"a\")", ErrorCode = code });

        var refused = await RefusedAsync(exec);
        Assert.Equal((expected, "container not found (\"a\")"), (refused.StatusCode, refused.Status.Detail));
    }

    [Fact]
    public async Task Exec_AgentGoesAway_FailsWithoutAnExit()
    {
        using var agent = await PlayedAgent.JoinAsync(gateway, "g-exec-5");
        using var calls = new ObjectCalls(gateway);
        using var exec = await StartAsync(calls, "g-exec-5");
        var (_, tunnel) = await agent.OpenAsync();
        await tunnel.RequestStream.WriteAsync(new TunnelFrame { Open = true });
        await exec.ResponseHeadersAsync.WaitAsync(Bound);

        tunnel.Dispose();

        var refused = await RefusedAsync(exec);
        Assert.Equal(StatusCode.Internal, refused.StatusCode);
        Assert.Contains("the node's agent went away", refused.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Exec_SecondStart_EndsTheCommandAndIsRefused()
    {
        using var agent = await PlayedAgent.JoinAsync(gateway, "g-exec-6");
        using var calls = new ObjectCalls(gateway);
        using var exec = await StartAsync(calls, "g-exec-6");
        var (_, tunnel) = await agent.OpenAsync();
        await tunnel.RequestStream.WriteAsync(new TunnelFrame { Open = true });

        await exec.RequestStream.WriteAsync(new ExecRequest { Start = new ExecStart() });

        Assert.False(await tunnel.ResponseStream.MoveNext(default).WaitAsync(Bound));
        Assert.Equal((StatusCode.InvalidArgument, "only the first message may be a start"), await WordsAsync(exec));
    }

    [Fact]
    public async Task Exec_CannotBe_KubernetesWords()
    {
        gateway.Cluster.Put("pods/g-exec-7/p", PlayedAgent.Pod);
        using var calls = new ObjectCalls(gateway);

        using var nobody = await StartAsync(calls, "g-exec-7", start => start.Pod = "nobody");
        using var elsewhere = await StartAsync(calls, "g-exec-7", start => start.Container = "b");
        using var nothing = await StartAsync(calls, "g-exec-7", start => start.Command.Clear());
        using var mute = calls.Client.Exec();
        await mute.RequestStream.CompleteAsync();

        Assert.Equal((StatusCode.NotFound, "pods \"nobody\" not found"), await WordsAsync(nobody));
        Assert.Equal((StatusCode.InvalidArgument, "container b is not valid for pod p"), await WordsAsync(elsewhere));
        Assert.Equal((StatusCode.InvalidArgument, "you must specify at least one command for the container"), await WordsAsync(nothing));
        Assert.Equal((StatusCode.InvalidArgument, "the first message must be a start"), await WordsAsync(mute));
    }

    [Fact]
    public async Task Exec_Impersonated_NeedsToCreateExec()
    {
        using var calls = new ObjectCalls(gateway, metadata: new Metadata
        {
            { "authorization", $"Bearer {gateway.Authority.AdminToken}" }, { "impersonate-user", "jane" },
        });
        using var exec = await StartAsync(calls, "g-exec-8");

        var refused = await RefusedAsync(exec);

        Assert.Equal(StatusCode.PermissionDenied, refused.StatusCode);
        Assert.Contains("User \"jane\" cannot create resource \"pods/exec\"", refused.GetRpcStatus()!.GetDetail<ApiStatusMessage>().Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Exec_GatewayStops_UnavailableAndTheTunnelEnds()
    {
        var own = new GatewayFixture();
        await own.InitializeAsync();
        try
        {
            using var agent = await PlayedAgent.JoinAsync(own, "g-exec-9");
            using var calls = new ObjectCalls(own);
            using var exec = await StartAsync(calls, "g-exec-9");
            var (_, tunnel) = await agent.OpenAsync();
            await tunnel.RequestStream.WriteAsync(new TunnelFrame { Open = true });
            await exec.ResponseHeadersAsync.WaitAsync(Bound);

            var stopping = own.StopAsync();

            // A server that stops may close the connection before the last words of its last stream have left it.
            var (code, words) = await WordsAsync(exec);
            Assert.True(
                (code, words) is (StatusCode.Unavailable, "the gateway stops: how the command ends is not known")
                || (code == StatusCode.Internal && words.Contains("server closed the connection", StringComparison.Ordinal)),
                $"{code}: {words}");
            Assert.False(await tunnel.ResponseStream.MoveNext(default).WaitAsync(Bound));
            calls.Dispose();
            agent.Dispose();
            await stopping;
        }
        finally
        {
            await own.DisposeAsync();
        }
    }

    [Fact]
    public async Task Start_NeverSaid_TimesOut()
    {
        var time = new FakeTimeProvider();
        var waiting = ExecCall.ReadStartAsync(new SilentReader(), time, CancellationToken.None);

        time.Advance(ExecCall.StartTimeout - TimeSpan.FromMilliseconds(1));
        Assert.False(waiting.IsCompleted);
        time.Advance(TimeSpan.FromMilliseconds(1));

        var refused = await Assert.ThrowsAsync<RpcException>(() => waiting.WaitAsync(Bound));
        Assert.Equal(StatusCode.DeadlineExceeded, refused.StatusCode);
    }

    private static async Task<AsyncDuplexStreamingCall<ExecRequest, ExecResponse>> StartAsync(ObjectCalls calls, string node, Action<ExecStart>? change = null)
    {
        var start = new ExecStart { Namespace = node, Pod = "p", Command = { "sh", "-c", "", "a&b=c d" } };
        change?.Invoke(start);
        var exec = calls.Client.Exec();
        await exec.RequestStream.WriteAsync(new ExecRequest { Start = start });
        return exec;
    }

    private static async Task<ExecResponse> NextAsync(AsyncDuplexStreamingCall<ExecRequest, ExecResponse> exec)
    {
        Assert.True(await exec.ResponseStream.MoveNext(default).WaitAsync(Bound));
        return exec.ResponseStream.Current;
    }

    private static Task<RpcException> RefusedAsync(AsyncDuplexStreamingCall<ExecRequest, ExecResponse> exec) =>
        Assert.ThrowsAsync<RpcException>(() => exec.ResponseStream.MoveNext(default).WaitAsync(Bound));

    private static async Task<(StatusCode, string)> WordsAsync(AsyncDuplexStreamingCall<ExecRequest, ExecResponse> exec)
    {
        var refused = await RefusedAsync(exec);
        return (refused.StatusCode, refused.Status.Detail);
    }

    private static async Task<TunnelFrame> HearAsync(AsyncDuplexStreamingCall<TunnelFrame, TunnelFrame> tunnel)
    {
        Assert.True(await tunnel.ResponseStream.MoveNext(default).WaitAsync(Bound));
        return tunnel.ResponseStream.Current;
    }

    private sealed class SilentReader : IAsyncStreamReader<ExecRequest>
    {
        public ExecRequest Current => throw new InvalidOperationException("Nothing has been read.");

        public Task<bool> MoveNext(CancellationToken cancellationToken) => new TaskCompletionSource<bool>().Task;
    }
}
