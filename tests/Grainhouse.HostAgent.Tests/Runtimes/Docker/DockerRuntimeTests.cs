using Docker.DotNet;
using Docker.DotNet.Models;
using Grainhouse.HostAgent.Runtimes;
using Grainhouse.HostAgent.Runtimes.Docker;
using Grainhouse.Interfaces.Agents;
using Grainhouse.Testing.Docker;
using Grainhouse.Testing.Network;
using Microsoft.Extensions.Logging.Abstractions;

namespace Grainhouse.HostAgent.Tests.Runtimes.Docker;

[NeedsDocker]
public sealed partial class DockerRuntimeTests : ShellRuntimeContract
{
    protected override string Image => DockerTestImage.Name;

    protected override IContainerRuntime CreateRuntime() =>
        new DockerRuntime(new DockerRuntimeOptions { InstanceScope = Scope }, TimeProvider.System, NullLogger<DockerRuntime>.Instance);

    protected override Task PrepareAsync() => DockerTestImage.EnsureAsync();

    protected override async Task<string?> FindLeftoversAsync()
    {
        using var configuration = new DockerClientConfiguration(new Uri("unix:///var/run/docker.sock"));
        using var client = configuration.CreateClient();
        var all = await client.Containers.ListContainersAsync(new ContainersListParameters { All = true });
        return all.SelectMany(container => container.Names).FirstOrDefault(name => name.Contains(Scope, StringComparison.Ordinal));
    }

    [DockerFact]
    public async Task Version_OfTheEngine_IsTold() => Assert.Matches(@"^\d+\.", await Runtime.GetVersionAsync(Token));

    [DockerFact]
    public async Task Version_NoEngine_IsUnavailable()
    {
        await using var runtime = new DockerRuntime(
            new DockerRuntimeOptions { InstanceScope = Scope, Endpoint = new Uri("unix:///no/such.sock") }, TimeProvider.System, NullLogger<DockerRuntime>.Instance);

        var error = await Assert.ThrowsAsync<RuntimeException>(() => runtime.GetVersionAsync(Token));

        Assert.Equal(RuntimeErrorKind.Unavailable, error.Kind);
    }

    [DockerFact]
    public async Task Containers_OfOnePod_ShareNetworkAndHostname()
    {
        var (sandbox, _) = await StartAsync(Shell("server", "mkdir -p /www; echo served > /www/index.html; exec httpd -f -p 8080 -h /www"));
        var client = await Runtime.StartContainerAsync(
            sandbox.Id, Shell("client", "until wget -q -O - http://127.0.0.1:8080/index.html; do sleep 0.1; done; hostname; cat /etc/hosts"), Token);
        await EndedAsync(client.Id);

        var lines = await LinesAsync(client.Id, new LogQuery());

        Assert.Equal("served", lines.First(line => !line.StartsWith("wget", StringComparison.Ordinal)));
        Assert.Contains(sandbox.Pod.Name, lines);
        Assert.Contains(lines, line => line.StartsWith(sandbox.Address, StringComparison.Ordinal));
    }

    [DockerFact]
    public async Task Sandbox_HostAliases_AreInEtcHosts()
    {
        var sandbox = await Runtime.EnsureSandboxAsync(Pod() with { HostAliases = [new HostAlias("10.9.8.7", ["one.test", "two.test"])] }, Token);
        var container = await Runtime.StartContainerAsync(sandbox.Id, Shell("main", "cat /etc/hosts"), Token);
        await EndedAsync(container.Id);

        var hosts = string.Join('\n', await LinesAsync(container.Id, new LogQuery()));

        Assert.Contains("10.9.8.7\tone.test", hosts, StringComparison.Ordinal);
        Assert.Contains("10.9.8.7\ttwo.test", hosts, StringComparison.Ordinal);
    }

    [DockerFact]
    public async Task Sandbox_HostPort_ReachesThePod()
    {
        var port = FreePort.Next();
        var sandbox = await Runtime.EnsureSandboxAsync(Pod() with { HostPorts = [new HostPort(port, 8080, "TCP", "127.0.0.1")] }, Token);
        await Runtime.StartContainerAsync(sandbox.Id, Shell("main", "while :; do echo hi | nc -l -p 8080; done"), Token);

        using var client = new System.Net.Sockets.TcpClient();
        string? line = null;
        while (line != "hi")
        {
            using var connection = new System.Net.Sockets.TcpClient();
            try
            {
                await connection.ConnectAsync("127.0.0.1", port, Token);
                using var reader = new StreamReader(connection.GetStream());
                line = await reader.ReadLineAsync(Token);
            }
            catch (IOException)
            {
                await Task.Delay(20, Token);
            }
        }
    }

    [DockerFact]
    public async Task Sandbox_HostNetwork_HasTheHostsAddress()
    {
        var sandbox = await Runtime.EnsureSandboxAsync(Pod() with { HostNetwork = true }, Token);
        var container = await Runtime.StartContainerAsync(sandbox.Id, Shell("main", "hostname"), Token);
        await EndedAsync(container.Id);

        Assert.Equal(HostAddress.Find().ToString(), sandbox.Address);
        Assert.Equal([System.Net.Dns.GetHostName()], await LinesAsync(container.Id, new LogQuery()));
        Assert.Equal(sandbox.Address, (await Runtime.ListAsync(Token)).Single().Address);
    }

    [DockerFact]
    public async Task Sandbox_WasKilled_EventsTellAndEnsureBringsItBack()
    {
        var pod = Pod();
        var sandbox = await Runtime.EnsureSandboxAsync(pod, Token);
        await using var events = Runtime.WatchAsync(Token).GetAsyncEnumerator(Token);
        var next = events.MoveNextAsync();
        using var configuration = new DockerClientConfiguration(new Uri("unix:///var/run/docker.sock"));
        using var client = configuration.CreateClient();

        await client.Containers.KillContainerAsync(sandbox.Id, new ContainerKillParameters { Signal = "KILL" }, Token);

        Assert.True(await next);
        Assert.Equal(sandbox.Id, events.Current.SandboxId);
        Assert.False((await Runtime.ListAsync(Token)).Single().Running);
        Assert.True((await Runtime.EnsureSandboxAsync(pod, Token)).Running);
    }

    [DockerFact]
    public async Task Limits_AreTheKernels()
    {
        var (_, container) = await StartAsync(Sleeps("main") with
        {
            CpuRequestMillis = 500,
            CpuLimitMillis = 250,
            MemoryLimitBytes = 64 << 20,
            PidsLimit = 33,
        });
        using var configuration = new DockerClientConfiguration(new Uri("unix:///var/run/docker.sock"));
        using var client = configuration.CreateClient();

        var host = (await client.Containers.InspectContainerAsync(container.Id, Token)).HostConfig;

        Assert.Equal((512, 25_000, 100_000, 64 << 20, 33), (host.CPUShares, host.CPUQuota, host.CPUPeriod, host.Memory, host.PidsLimit));
    }

    [DockerFact]
    public async Task Memory_OverTheLimit_IsOutOfMemory()
    {
        var (_, container) = await StartAsync(Shell("main", "x=a; while :; do x=$x$x; done") with { MemoryLimitBytes = 16 << 20 });

        var ended = await EndedAsync(container.Id);

        Assert.True(ended.OutOfMemory);
        Assert.Equal(137, ended.ExitCode);
    }

    [DockerFact]
    public async Task Mounts_AreBound_ReadOnlyWhereAsked()
    {
        var directory = Directory.CreateTempSubdirectory("grainhouse-test-");
        try
        {
            await File.WriteAllTextAsync(Path.Combine(directory.FullName, "in"), "text\n", Token);
            var (_, container) = await StartAsync(Shell("main", "cat /ro/in; echo x > /ro/out || echo refused; echo y > /rw/out") with
            {
                Mounts = [new ContainerMount(directory.FullName, "/ro", ReadOnly: true), new ContainerMount(directory.FullName, "/rw", ReadOnly: false)],
            });
            await EndedAsync(container.Id);

            var lines = await LinesAsync(container.Id, new LogQuery());

            Assert.Contains("text", lines);
            Assert.Contains("refused", lines);
            Assert.Equal("y\n", await File.ReadAllTextAsync(Path.Combine(directory.FullName, "out"), Token));
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    [DockerFact]
    public async Task Start_MountSourceIsMissing_FailsWithCreate()
    {
        var sandbox = await Runtime.EnsureSandboxAsync(Pod(), Token);

        var error = await Assert.ThrowsAsync<RuntimeException>(() => Runtime.StartContainerAsync(
            sandbox.Id, Sleeps("main") with { Mounts = [new ContainerMount("/no/such/place", "/x", ReadOnly: false)] }, Token));

        Assert.Equal(RuntimeErrorKind.Create, error.Kind);
        Assert.Contains("/no/such/place", error.Message, StringComparison.Ordinal);
    }

    [DockerFact]
    public async Task Start_ImageIsMissing_FailsWithImageNotFound()
    {
        var sandbox = await Runtime.EnsureSandboxAsync(Pod(), Token);

        var error = await Assert.ThrowsAsync<RuntimeException>(
            () => Runtime.StartContainerAsync(sandbox.Id, Sleeps("main") with { Image = "no/such-image:1" }, Token));

        Assert.Equal(RuntimeErrorKind.ImageNotFound, error.Kind);
    }

    [DockerFact]
    public async Task Image_ThatIsThere_IsFoundAndListed()
    {
        var found = await Runtime.FindImageAsync("busybox", Token);

        Assert.NotNull(found);
        Assert.Contains("busybox:latest", found.Names);
        Assert.True(found.SizeBytes > 0);
        Assert.Contains(await Runtime.ListImagesAsync(Token), image => image.Id == found.Id);
    }

    [DockerFact]
    public async Task Image_BadName_IsInvalid()
    {
        var error = await Assert.ThrowsAsync<RuntimeException>(() => Runtime.PullImageAsync("Not A Name", null, Token));

        Assert.Equal(RuntimeErrorKind.InvalidImageName, error.Kind);
    }

    [DockerFact]
    public async Task Tty_Logs_AreLines()
    {
        var (_, container) = await StartAsync(Shell("main", "echo one; echo two") with { Tty = true });
        await EndedAsync(container.Id);

        Assert.Equal(["one", "two"], (await LinesAsync(container.Id, new LogQuery())).Select(line => line.TrimEnd('\r')));
    }

    [DockerFact]
    public async Task OtherScope_OnTheSameEngine_SeesNothing()
    {
        await StartAsync(Sleeps("main"));
        await using var other = new DockerRuntime(
            new DockerRuntimeOptions { InstanceScope = Scope + "-other" }, TimeProvider.System, NullLogger<DockerRuntime>.Instance);

        Assert.Empty(await other.ListAsync(Token));
    }
}
