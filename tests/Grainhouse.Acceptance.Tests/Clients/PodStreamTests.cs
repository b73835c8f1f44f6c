using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Grainhouse.Acceptance.Tests.Harness;
using Grainhouse.Client;
using k8s.Models;
using CommandResult = Grainhouse.Client.CommandResult;

namespace Grainhouse.Acceptance.Tests.Clients;

/// <summary>The .NET library's streams of a running pod, and all of the library on a cluster that is killed under it.</summary>
[Collection(LibraryCluster.Name)]
public sealed class PodStreamTests(ProcessCluster shared) : IAsyncLifetime
{
    private const string Namespace = "default";
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);

    private readonly string name = $"box-{Guid.NewGuid():n}";
    private TcpListener service = null!;

    private PodStreams Pod => shared.Client.Pod(name, Namespace);

    private int ServicePort => ((IPEndPoint)service.LocalEndpoint).Port;

    /// <summary>A running pod, and a server on the network that its processes share with this one.</summary>
    public async Task InitializeAsync()
    {
        service = StartEcho();
        var pods = shared.Client.Resource("v1", "Pod");
        await pods.CreateAsync(JsonNode.Parse($$$"""
            {"metadata":{"name":"{{{name}}}","namespace":"default"},"spec":{"runtimeClassName":"process","terminationGracePeriodSeconds":1,"containers":[
            {"name":"main","image":"none","command":["sh","-c","i=0; while :; do echo tick $i; i=$((i+1)); sleep 0.2; done"]}]} }
            """)!.AsObject());
        using var bound = new CancellationTokenSource(Bound);
        await foreach (var change in pods.WatchAsync(new Selection { Namespace = Namespace, Fields = $"metadata.name={name}" }, cancellationToken: bound.Token))
        {
            if ((string?)change.Object["status"]?["phase"] == "Running")
            {
                return;
            }
        }
    }

    public async Task DisposeAsync()
    {
        service.Dispose();
        await shared.Client.Resource<V1Pod>().DeleteAsync(name, Namespace);
    }

    [RealFact(Needs.Nothing)]
    public async Task Log_FollowedFromTheFirstLine_WithTheirTimes()
    {
        using var bound = new CancellationTokenSource(Bound);
        var lines = new List<LogLine>();
        await foreach (var line in Pod.LogAsync(new LogSettings { Follow = true, Timestamps = true }, bound.Token))
        {
            lines.Add(line);
            if (lines.Count == 5)
            {
                break;
            }
        }

        Assert.Equal(["tick 0", "tick 1", "tick 2", "tick 3", "tick 4"], lines.Select(line => line.Text));
        Assert.Equal(lines.Select(line => line.Time!.Value).Order(), lines.Select(line => line.Time!.Value));
        Assert.Equal("tick 0", Assert.Single(await LogAsync(new LogSettings { LimitBytes = 6 })));
        Assert.Single(await LogAsync(new LogSettings { Tail = 1 }));
        Assert.DoesNotContain("tick 0", await LogAsync(new LogSettings { Since = lines[4].Time }));
        var refused = await Assert.ThrowsAsync<ApiException>(() => LogAsync(new LogSettings { Previous = true }));
        Assert.Contains("previous terminated container \"main\"", refused.Message, StringComparison.Ordinal);
    }

    [RealFact(Needs.Nothing)]
    public async Task Exec_OutputsExitCodesInputAndTerminal()
    {
        Assert.Equal(new CommandResult(7, "out\n", "err\n"), await Pod.RunAsync(["sh", "-c", "echo out; echo err >&2; exit 7"]).WaitAsync(Bound));

        var sent = Convert.ToHexString(RandomNumberGenerator.GetBytes(1 << 20));
        Assert.Equal(new CommandResult(0, sent, ""), await Pod.RunAsync(["cat"], Encoding.ASCII.GetBytes(sent)).WaitAsync(Bound));

        await using var terminal = await Pod.ExecAsync(
            ["sh", "-c", "while [ \"$(stty size)\" != \"31 97\" ]; do sleep 0.1; done; read line; echo $line; exit 4"], new CommandSettings { Stdin = true, Tty = true });
        await terminal.ResizeAsync(97, 31);
        await terminal.Stdin.WriteAsync("typed\n"u8.ToArray());
        using var said = new StreamReader(terminal.Stdout);
        Assert.Contains("typed\r\n", await said.ReadToEndAsync().WaitAsync(Bound), StringComparison.Ordinal);
        Assert.Equal(4, await terminal.WaitAsync().WaitAsync(Bound));

        var refused = await Assert.ThrowsAsync<ApiException>(() => Pod.RunAsync(["true"], container: "nobody"));
        Assert.Contains("container nobody is not valid for pod", refused.Message, StringComparison.Ordinal);
    }

    [RealFact(Needs.Nothing)]
    public async Task Exec_Disposed_EndsTheCommand()
    {
        var command = await Pod.ExecAsync(["sh", "-c", "echo $$; exec sleep 1000"]);
        using var output = new StreamReader(command.Stdout);
        var id = await output.ReadLineAsync().WaitAsync(Bound);

        await command.DisposeAsync();

        await Eventually.TrueAsync($"process {id} is gone", async () => (await Pod.RunAsync(["sh", "-c", $"kill -0 {id}"])).ExitCode != 0, Bound);
    }

    [RealFact(Needs.Nothing)]
    public async Task Attach_HearsWhatTheProcessSays()
    {
        await using var attached = await Pod.AttachAsync();
        using var output = new StreamReader(attached.Stdout);

        Assert.StartsWith("tick ", await output.ReadLineAsync().WaitAsync(Bound), StringComparison.Ordinal);
    }

    [RealFact(Needs.Nothing)]
    public async Task Ports_ConnectedListenedToAndClosed()
    {
        await using (var stream = await Pod.ConnectAsync(ServicePort))
        {
            Assert.Equal("direct", await AskAsync(stream, "direct"));
        }

        await using var listener = Pod.Listen(ServicePort);
        Assert.Equal(["0", "1", "2", "3"], await Task.WhenAll(Enumerable.Range(0, 4).Select(number => AskAsync(listener, $"{number}"))).WaitAsync(Bound));

        await using var nobody = await Pod.ConnectAsync(FreePort.Next());
        await Assert.ThrowsAsync<IOException>(() => nobody.ReadAsync(new byte[1]).AsTask().WaitAsync(Bound));
    }

    [RealFact(Needs.Nothing)]
    public async Task Library_ClusterKilledAndRestartedUnderIt_MissesNothingAndGoesOn()
    {
        var ledger = new InformerLedger();
        var informer = shared.Client.Resource<V1ConfigMap>().Informer(Selection.In(Namespace));
        using var listening = informer.Subscribe(ledger.Note);
        using var stop = new CancellationTokenSource();
        var running = informer.RunAsync(stop.Token);
        await informer.WaitForSyncAsync().WaitAsync(Bound);
        var watching = WatchAsync("kept-", 6);
        await using var listener = Pod.Listen(ServicePort);
        await using var command = await Pod.ExecAsync(["cat"], new CommandSettings { Stdin = true });
        var following = FollowAsync();
        await WriteAsync(0, 3);
        Assert.Equal("before", await AskAsync(listener, "before"));

        await shared.Cluster.KillAsync();
        await Assert.ThrowsAsync<IOException>(() => command.WaitAsync().WaitAsync(Bound));
        await Assert.ThrowsAnyAsync<IOException>(() => following.WaitAsync(Bound));
        await Assert.ThrowsAsync<HttpRequestException>(() => Pod.ExecAsync(["true"]));
        await shared.Cluster.RestartAsync();

        await WriteAsync(3, 6);
        await shared.Client.Resource<V1ConfigMap>().DeleteAsync("kept-0", Namespace);
        Assert.Equal(["kept-0", "kept-1", "kept-2", "kept-3", "kept-4", "kept-5"], await watching.WaitAsync(Bound));
        var truth = InformerLedger.Describe((await shared.Client.Resource<V1ConfigMap>().ListAsync(Selection.In(Namespace))).Items);
        await Eventually.GetAsync("what the informer told", () => Task.FromResult(ledger.Final()), found => found == truth, Bound);

        // The node's agent comes back a little after the API.
        await Eventually.TrueAsync("a command runs again", async () => await SaysAsync(["cat"], "after") == "after", Bound);
        Assert.Equal("after", await AskAsync(listener, "after"));
        Assert.NotEmpty(await LogAsync(new LogSettings { Tail = 1 }));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    private async Task<List<string>> WatchAsync(string prefix, int count)
    {
        var seen = new List<string>();
        using var bound = new CancellationTokenSource(Bound);
        await foreach (var change in shared.Client.Resource("v1", "ConfigMap").WatchAsync(Selection.In(Namespace), cancellationToken: bound.Token))
        {
            var changed = (string)change.Object["metadata"]!["name"]!;
            if (change.Type == WatchChangeType.Added && changed.StartsWith(prefix, StringComparison.Ordinal))
            {
                seen.Add(changed);
                if (seen.Count == count)
                {
                    break;
                }
            }
        }

        return seen;
    }

    private async Task WriteAsync(int from, int to)
    {
        for (var i = from; i < to; i++)
        {
            await shared.Client.Resource<V1ConfigMap>().CreateAsync(new V1ConfigMap { Metadata = new V1ObjectMeta { Name = $"kept-{i}", NamespaceProperty = Namespace } });
        }
    }

    private async Task FollowAsync()
    {
        await foreach (var line in Pod.LogAsync(new LogSettings { Follow = true }))
        {
            Assert.StartsWith("tick", line.Text, StringComparison.Ordinal);
        }
    }

    private async Task<List<string>> LogAsync(LogSettings settings)
    {
        using var bound = new CancellationTokenSource(Bound);
        var lines = new List<string>();
        await foreach (var line in Pod.LogAsync(settings, bound.Token))
        {
            lines.Add(line.Text);
        }

        return lines;
    }

    private async Task<string> SaysAsync(string[] command, string input)
    {
        try
        {
            return (await Pod.RunAsync(command, Encoding.UTF8.GetBytes(input)).WaitAsync(Bound)).Output;
        }
        catch (ApiException away) when (away.StatusCode == 503)
        {
            return away.Message;
        }
    }

    private static async Task<string> AskAsync(PortListener listener, string words)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(listener.LocalEndPoint);
        return await AskAsync(client.GetStream(), words);
    }

    private static async Task<string> AskAsync(Stream stream, string words)
    {
        await stream.WriteAsync(Encoding.UTF8.GetBytes(words));
        var answer = new byte[words.Length];
        await stream.ReadExactlyAsync(answer).AsTask().WaitAsync(Bound);
        return Encoding.UTF8.GetString(answer);
    }

    private static TcpListener StartEcho()
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        _ = EchoAsync(listener);
        return listener;
    }

    private static async Task EchoAsync(TcpListener listener)
    {
        while (true)
        {
            TcpClient client;
            try
            {
                client = await listener.AcceptTcpClientAsync();
            }
            catch (Exception stopped) when (stopped is SocketException or ObjectDisposedException)
            {
                return;
            }

            _ = AnswerAsync(client);
        }

        static async Task AnswerAsync(TcpClient client)
        {
            using (client)
            {
                try
                {
                    await client.GetStream().CopyToAsync(client.GetStream());
                }
                catch (IOException)
                {
                    // The asker was cut off.
                }
            }
        }
    }
}
