using System.Net;
using Docker.DotNet;
using Docker.DotNet.Models;
using Grainhouse.HostAgent.Network;
using Grainhouse.HostAgent.Runtimes;
using Grainhouse.Interfaces.Agents;
using Grainhouse.Testing.Docker;

namespace Grainhouse.HostAgent.Tests.Runtimes.Docker;

/// <summary>The links that the agent makes itself.</summary>
public sealed partial class DockerRuntimeTests
{
    private const string Networks = "/run/grainhouse/networks";

    [DockerNetworkFact]
    public async Task Pods_ReachEachOtherAndTheHost()
    {
        var (server, _) = await StartAsync(Shell("server", "mkdir -p /www; echo served > /www/index.html; exec httpd -f -p 8080 -h /www"));
        using var host = new HttpListener();
        var port = Grainhouse.Testing.Network.FreePort.Next();
        host.Prefixes.Add($"http://*:{port}/");
        host.Start();
        var asked = host.GetContextAsync();

        var (_, client) = await StartAsync(Shell(
            "client",
            $"until wget -q -O - http://{server.Address}:8080/; do sleep 0.1; done; wget -q -O /dev/null http://{HostAddress.Find()}:{port}/hello; ip -o -4 addr show eth0"));
        var call = await asked.WaitAsync(Token);
        var from = call.Request.RemoteEndPoint.Address;
        call.Response.Close();
        await EndedAsync(client.Id);

        var lines = await LinesAsync(client.Id, new LogQuery());
        Assert.Equal("served", lines.First(line => !line.StartsWith("wget", StringComparison.Ordinal)));
        Assert.Contains($"inet {from}/", lines[^1], StringComparison.Ordinal);
    }

    [DockerNetworkFact]
    public async Task Sandbox_OfALinkedPod_IsNotOnTheHostsNetwork()
    {
        var (sandbox, container) = await StartAsync(Shell("main", "ls /sys/class/net"));
        await EndedAsync(container.Id);

        var links = string.Join(' ', await LinesAsync(container.Id, new LogQuery()));

        Assert.Contains("eth0", links, StringComparison.Ordinal);
        Assert.DoesNotContain("docker0", links, StringComparison.Ordinal);
        Assert.NotEqual(HostAddress.Find().ToString(), sandbox.Address);
    }

    [DockerNetworkFact]
    public async Task Sandbox_Removed_ItsAddressAndLinkAreFree()
    {
        var sandbox = await Runtime.EnsureSandboxAsync(Pod(), Token);
        Assert.Single(FilesOf(sandbox));

        await Runtime.RemoveSandboxAsync(sandbox.Id, Token);

        Assert.Empty(FilesOf(sandbox));
        while (Directory.Exists(LinkOf(sandbox)))
        {
            await Task.Delay(5, Token);
        }
    }

    [DockerNetworkFact]
    public async Task Sandbox_WentWhileTheAgentWasAway_ItsAddressIsFreed()
    {
        var gone = await Runtime.EnsureSandboxAsync(Pod(), Token);
        var stays = await Runtime.EnsureSandboxAsync(Pod(), Token);
        using var configuration = new DockerClientConfiguration(new Uri("unix:///var/run/docker.sock"));
        using var client = configuration.CreateClient();
        await client.Containers.RemoveContainerAsync(gone.Id, new ContainerRemoveParameters { Force = true }, Token);

        await Another().ListAsync(Token);

        Assert.Empty(FilesOf(gone));
        Assert.Single(FilesOf(stays));
    }

    [DockerNetworkFact]
    public async Task Sandbox_WithoutItsLink_DoesNotRunAndEnsureMendsIt()
    {
        var pod = Pod();
        var sandbox = await Runtime.EnsureSandboxAsync(pod, Token);
        using (var host = new RouteSocket())
        {
            host.Delete(Path.GetFileName(LinkOf(sandbox)));
        }

        Assert.False((await Runtime.ListAsync(Token)).Single().Running);
        var mended = await Runtime.EnsureSandboxAsync(pod, Token);

        Assert.Equal((sandbox.Id, sandbox.Address), (mended.Id, mended.Address));
        Assert.True((await Runtime.ListAsync(Token)).Single().Running);
    }

    private static string[] FilesOf(SandboxState sandbox) =>
        Directory.GetFiles(Networks, sandbox.Address, SearchOption.AllDirectories);

    private static string LinkOf(SandboxState sandbox) => $"/sys/class/net/gh{sandbox.Id[..12]}";
}
