using Grainhouse.HostAgent.Cluster;
using Grainhouse.HostAgent.Nodes;
using Grainhouse.HostAgent.Pods;
using Grainhouse.HostAgent.Probes;
using Grainhouse.HostAgent.Volumes;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Grainhouse.HostAgent.Tests.Cluster;

/// <summary>An agent in the test's process: everything real but the runtime.</summary>
internal sealed class AgentLab : IAsyncDisposable
{
    private readonly ILoggerFactory logs = LoggerFactory.Create(logging => logging.AddConsole().SetMinimumLevel(LogLevel.Error));
    private readonly CancellationTokenSource stop = new();
    private readonly WakeQueue wakes = new(TimeProvider.System);
    private readonly Prober prober = new(TimeProvider.System);
    private readonly AgentIdentity identity;
    private readonly HostNode node;
    private readonly Task running;

    public AgentLab(string directory, FakeRuntime runtime, params Uri[] gateways)
        : this(new HostAgentOptions { NodeName = "node-a", DataDirectory = directory, Gateways = gateways, JoinToken = TestGateway.Token }, runtime)
    {
    }

    public AgentLab(HostAgentOptions options, FakeRuntime runtime)
    {
        identity = AgentIdentity.Load(options.DataDirectory);
        var pods = Path.Combine(options.DataDirectory, "pods");
        var facts = new NodeFacts { NodeName = options.NodeName, Address = "10.0.0.1", Runtime = runtime.Name, PodsDirectory = pods };
        var tools = new PodTools(facts, runtime, new VolumeWriter(pods, new MemoryMounts(NullLogger<MemoryMounts>.Instance)), prober, wakes);
        node = new HostNode(
            options, new RuntimeSet(tools, null), MachineFacts.Read(options.DataDirectory),
            new DirectiveStore(options.DataDirectory), new NodeUsageMeter(TimeProvider.System), TimeProvider.System, NullLogger<HostNode>.Instance);
        var connection = new AgentConnection(options, node, identity, TimeProvider.System, logs.CreateLogger<AgentConnection>());
        running = Task.WhenAll(node.RunAsync(stop.Token), connection.RunAsync(stop.Token));
    }

    public HostNode Node => node;

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await node.DisposeAsync();
        identity.Dispose();
        prober.Dispose();
        wakes.Dispose();
        stop.Dispose();
        logs.Dispose();
    }
}
