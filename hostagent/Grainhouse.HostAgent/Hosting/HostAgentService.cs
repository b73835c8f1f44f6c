using Grainhouse.HostAgent.Cluster;
using Grainhouse.HostAgent.Nodes;
using Grainhouse.HostAgent.Pods;
using Grainhouse.HostAgent.Probes;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Grainhouse.HostAgent.Hosting;

/// <summary>Runs the host agent as part of a process. Stopping it leaves the containers running.</summary>
internal sealed class HostAgentService(HostAgentOptions options, TimeProvider time, ILoggerFactory loggers) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Starting a process should not wait for a container engine.
        await Task.Yield();
        options.Validate();
        Directory.CreateDirectory(options.DataDirectory);
        var machine = MachineFacts.Read(options.DataDirectory);
        using var wakes = new WakeQueue(time);
        using var prober = new Prober(time);
        using var identity = AgentIdentity.Load(options.DataDirectory);
        var runtimes = await new RuntimeFactory(options, machine, wakes, prober, time, loggers).CreateAsync(stoppingToken);
        var store = options.KeepDirectives ? new DirectiveStore(options.DataDirectory) : null;
        await using var node = new HostNode(options, runtimes, machine, store, new NodeUsageMeter(time), time, loggers.CreateLogger<HostNode>());
        var connection = new AgentConnection(options, node, identity, time, loggers.CreateLogger<AgentConnection>());
        try
        {
            await Task.WhenAll(node.RunAsync(stoppingToken), connection.RunAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Asked to stop.
        }
        finally
        {
            foreach (var tools in runtimes.All)
            {
                await tools.Runtime.DisposeAsync();
            }
        }
    }
}
