using System.Collections.Concurrent;
using Grainhouse.HostAgent.Runtimes;
using Grainhouse.HostAgent.Runtimes.Simulated;
using Microsoft.Extensions.Time.Testing;

namespace Grainhouse.HostAgent.Tests.Runtimes.Simulated;

public sealed class SimulatedRuntimeTests : ContainerRuntimeContract
{
    private readonly SimulatedHost _host = new(TimeProvider.System);
    private readonly ConcurrentDictionary<string, SimulatedWorkload> _workloads = new();

    protected override IContainerRuntime CreateRuntime() => new SimulatedRuntime(
        _host,
        new SimulatedRuntimeOptions
        {
            Workload = spec => _workloads[spec.Args[0]],
            PullError = image => image.Contains("no/such", StringComparison.Ordinal) ? RuntimeErrorKind.ImagePull : null,
        },
        TimeProvider.System);

    protected override ContainerSpec Sleeps(string name) => With(name, SimulatedWorkload.Forever);

    protected override ContainerSpec IgnoresStop(string name) => With(name, new SimulatedWorkload { IgnoresStop = true, Output = ["ready"] });

    protected override ContainerSpec Prints(string name, int exitCode, params string[] lines) =>
        With(name, new SimulatedWorkload { RunsFor = TimeSpan.FromMilliseconds(1), ExitCode = exitCode, Output = [.. lines] });

    protected override ContainerSpec PrintsAndSleeps(string name, string first, string last) =>
        With(name, new SimulatedWorkload { Output = [first], StopOutput = last });

    protected override ContainerSpec MissingCommand(string name) => With(name, new SimulatedWorkload { StartError = "no such file or directory" });

    protected override Task KillAsync(ContainerState container)
    {
        Assert.True(_host.Kill(container.Id));
        return Task.CompletedTask;
    }

    [Fact]
    public async Task Latencies_AreTheClocks()
    {
        var time = new FakeTimeProvider();
        var options = new SimulatedRuntimeOptions { StartLatency = TimeSpan.FromSeconds(2), Workload = _ => new SimulatedWorkload { RunsFor = TimeSpan.FromMinutes(1) } };
        var runtime = new SimulatedRuntime(new SimulatedHost(time), options, time);
        var sandbox = await runtime.EnsureSandboxAsync(Pod(), Token);

        var starting = runtime.StartContainerAsync(sandbox.Id, new ContainerSpec { Name = "main" }, Token);
        Assert.False(starting.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(2));
        var container = await starting;
        time.Advance(TimeSpan.FromMinutes(1));

        var ended = await runtime.InspectContainerAsync(container.Id, Token);
        Assert.Equal(ContainerPhase.Exited, ended?.Phase);
        Assert.Equal(TimeSpan.FromMinutes(1), ended?.FinishedAt - ended?.StartedAt);
    }

    [Fact]
    public async Task Failures_SameSeed_AreTheSame()
    {
        var first = await OutcomesAsync(seed: 7);
        var second = await OutcomesAsync(seed: 7);

        Assert.Equal(first, second);
        Assert.Contains(true, first);
        Assert.Contains(false, first);
        Assert.NotEqual(first, await OutcomesAsync(seed: 8));
    }

    [Fact]
    public async Task Image_IsThereOnceItWasPulled()
    {
        Assert.Null(await Runtime.FindImageAsync("app:1", Token));

        var pulled = await Runtime.PullImageAsync("app:1", null, Token);

        Assert.Equal(pulled, await Runtime.FindImageAsync("app:1", Token));
        Assert.Same(pulled, Assert.Single(await Runtime.ListImagesAsync(Token)));
    }

    [Fact]
    public async Task Hosts_AThousandWithFivePods_AllRun()
    {
        var hosts = Enumerable.Range(0, 1000).Select(_ => new SimulatedRuntime(new SimulatedHost(TimeProvider.System), new SimulatedRuntimeOptions(), TimeProvider.System)).ToArray();

        foreach (var runtime in hosts)
        {
            for (var pod = 0; pod < 5; pod++)
            {
                var sandbox = await runtime.EnsureSandboxAsync(Pod(), Token);
                await runtime.StartContainerAsync(sandbox.Id, new ContainerSpec { Name = "main" }, Token);
            }
        }

        foreach (var runtime in hosts)
        {
            Assert.Equal(5, (await runtime.ListAsync(Token)).Count(sandbox => sandbox.Containers is [{ Phase: ContainerPhase.Running }]));
        }
    }

    private async Task<bool[]> OutcomesAsync(int seed)
    {
        var runtime = new SimulatedRuntime(
            new SimulatedHost(TimeProvider.System), new SimulatedRuntimeOptions { PullFailureProbability = 0.5, Seed = seed }, TimeProvider.System);
        var outcomes = new bool[64];
        for (var index = 0; index < outcomes.Length; index++)
        {
            try
            {
                await runtime.PullImageAsync($"app:{index}", null, Token);
                outcomes[index] = true;
            }
            catch (RuntimeException error) when (error.Kind == RuntimeErrorKind.ImagePull)
            {
                outcomes[index] = false;
            }
        }

        return outcomes;
    }

    private ContainerSpec With(string name, SimulatedWorkload workload)
    {
        var key = $"{_workloads.Count}";
        _workloads[key] = workload;
        return new ContainerSpec { Name = name, Args = [key] };
    }
}
