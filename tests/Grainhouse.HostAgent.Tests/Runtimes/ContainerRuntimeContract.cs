using Grainhouse.HostAgent.Runtimes;

namespace Grainhouse.HostAgent.Tests.Runtimes;

/// <summary>What every driver promises. A driver's test class inherits it and says how to make a driver and its workloads.</summary>
/// <remarks>The facts are in the other parts of this class, one file per theme.</remarks>
public abstract partial class ContainerRuntimeContract : IAsyncLifetime
{
    /// <summary>How long a test waits for what must happen: far more than it takes, so that a busy machine fails nothing.</summary>
    protected static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly List<IContainerRuntime> _runtimes = [];
    private int _pods;

    /// <summary>Sets the test's containers apart from all others on this machine.</summary>
    protected string Scope { get; } = "test-" + Guid.NewGuid().ToString("n")[..12];

    /// <summary>The driver under test.</summary>
    protected IContainerRuntime Runtime { get; private set; } = null!;

    /// <summary>Ends a test that hangs.</summary>
    protected CancellationToken Token { get; } = new CancellationTokenSource(Patience + Patience).Token;

    /// <summary>Makes another instance over the same state, as after a restart of the agent.</summary>
    protected abstract IContainerRuntime CreateRuntime();

    /// <summary>A container that runs until it gets its stop signal, which ends it with 0.</summary>
    protected abstract ContainerSpec Sleeps(string name);

    /// <summary>A container that ignores its stop signal, and writes a line once it does.</summary>
    protected abstract ContainerSpec IgnoresStop(string name);

    /// <summary>A container that writes lines and ends.</summary>
    protected abstract ContainerSpec Prints(string name, int exitCode, params string[] lines);

    /// <summary>A container that writes lines, runs on, and writes another line with each stop signal, which ends it.</summary>
    protected abstract ContainerSpec PrintsAndSleeps(string name, string first, string last);

    /// <summary>A container whose command does not exist.</summary>
    protected abstract ContainerSpec MissingCommand(string name);

    /// <summary>Ends a container's process as kill -9 does.</summary>
    protected abstract Task KillAsync(ContainerState container);

    /// <summary>What the driver needs beforehand.</summary>
    protected virtual Task PrepareAsync() => Task.CompletedTask;

    /// <summary>Whether the driver left anything on this machine; asked after everything was removed.</summary>
    protected virtual Task<string?> FindLeftoversAsync() => Task.FromResult<string?>(null);

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        await PrepareAsync();
        Runtime = Another();
    }

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        foreach (var sandbox in await Runtime.ListAsync(CancellationToken.None))
        {
            await Runtime.RemoveSandboxAsync(sandbox.Id, CancellationToken.None);
        }

        foreach (var runtime in _runtimes)
        {
            await runtime.DisposeAsync();
        }
    }

    /// <summary>Another instance, disposed with the test.</summary>
    protected IContainerRuntime Another()
    {
        var runtime = CreateRuntime();
        _runtimes.Add(runtime);
        return runtime;
    }

    /// <summary>A sandbox for a pod of its own.</summary>
    protected SandboxSpec Pod(int attempt = 0, string? name = null)
    {
        name ??= $"pod-{Interlocked.Increment(ref _pods)}";
        return new SandboxSpec
        {
            Pod = new PodIdentity($"{Scope}-{name}", "default", name),
            Hostname = name,
            Attempt = attempt,
        };
    }

    /// <summary>Starts a container in a sandbox of its own.</summary>
    protected async Task<(SandboxState Sandbox, ContainerState Container)> StartAsync(ContainerSpec spec)
    {
        var sandbox = await Runtime.EnsureSandboxAsync(Pod(), Token);
        return (sandbox, await Runtime.StartContainerAsync(sandbox.Id, spec, Token));
    }

    /// <summary>The container's state once it has ended.</summary>
    protected Task<ContainerState> EndedAsync(string containerId) => EndedAsync(Runtime, containerId);

    /// <summary>The container's state once it has ended, as this driver sees it: a second one would work on it, too.</summary>
    protected async Task<ContainerState> EndedAsync(IContainerRuntime runtime, string containerId)
    {
        ArgumentNullException.ThrowIfNull(runtime);
        while (true)
        {
            var state = await runtime.InspectContainerAsync(containerId, Token);
            Assert.NotNull(state);
            if (state.Phase == ContainerPhase.Exited)
            {
                return state;
            }

            await Task.Delay(5, Token);
        }
    }

    /// <summary>The lines of a log as text.</summary>
    protected async Task<List<string>> LinesAsync(string containerId, LogQuery query)
    {
        var lines = new List<string>();
        await foreach (var line in Runtime.ReadLogsAsync(containerId, query, Token))
        {
            lines.Add(System.Text.Encoding.UTF8.GetString(line.Text.Span));
        }

        return lines;
    }
}
