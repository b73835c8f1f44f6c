using System.Collections.Immutable;
using Google.Protobuf;
using Grainhouse.HostAgent.Cluster;
using Grainhouse.HostAgent.Pods;
using Grainhouse.HostAgent.Runtimes;
using Grainhouse.Interfaces.Agents;
using Microsoft.Extensions.Logging;

namespace Grainhouse.HostAgent.Nodes;

/// <summary>One node: its pods, its runtimes, and the directive it follows with or without a gateway in reach.</summary>
internal sealed partial class HostNode : IAgentNode, IAsyncDisposable
{
    private readonly HostAgentOptions options;
    private readonly RuntimeSet runtimes;
    private readonly MachineFacts machine;
    private readonly DirectiveStore? store;
    private readonly ImmutableArray<RuntimeObserver> observers;
    private readonly NodeUsageMeter? meter;
    private readonly ILogger logger;
    private readonly CancellationTokenSource lifetime = new();
    private readonly TaskCompletionSource ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public HostNode(HostAgentOptions options, RuntimeSet runtimes, MachineFacts machine, DirectiveStore? store, NodeUsageMeter? meter, TimeProvider time, ILogger<HostNode> logger)
    {
        this.options = options;
        this.runtimes = runtimes;
        this.machine = machine;
        this.store = store;
        this.logger = logger;
        this.meter = meter;
        Outbox = new ReportOutbox(time);
        Pods = new NodePods(runtimes, Outbox, time, logger, lifetime.Token);
        observers = [.. runtimes.All.Select(tools => new RuntimeObserver(tools, Pods, time, logger))];
        Pods.OnObservationWanted = tools => observers[runtimes.All.IndexOf(tools)].Want();
    }

    /// <inheritdoc/>
    public ReportOutbox Outbox { get; }

    /// <inheritdoc/>
    public NodePods Pods { get; }

    /// <summary>What the directive on disk says of the cluster; null if there is none.</summary>
    public Settings? StoredSettings { get; private set; }

    /// <summary>Looks at what runs, adopts what the stored directive wants, and follows the runtimes until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var stored = store?.Load();
        StoredSettings = stored?.Settings;
        for (var index = 0; index < observers.Length; index++)
        {
            Pods.NoteFound(runtimes.All[index], await observers[index].ListAsync(cancellationToken));
        }

        if (stored is not null)
        {
            LogCarriesOn(options.NodeName, stored.Pods.Count);
            Pods.Apply(stored);
        }

        ready.TrySetResult();
        await Task.WhenAll(observers.Select(observer => observer.RunAsync(cancellationToken)));
    }

    /// <inheritdoc/>
    public async Task ApplyAsync(NodeDirective directive, CancellationToken cancellationToken)
    {
        await ready.Task.WaitAsync(cancellationToken);
        if (store is not null)
        {
            // On disk before anything starts: after a crash in between nothing that runs is taken for an orphan.
            await store.KeepAsync(directive, cancellationToken);
        }

        if (directive.Snapshot is { } snapshot)
        {
            Pods.Apply(snapshot);
        }
        else if (directive.Changes is { } changes)
        {
            Pods.Apply(changes);
        }
    }

    /// <inheritdoc/>
    public async Task<NodeReport> DescribeAsync(CancellationToken cancellationToken)
    {
        var description = new NodeDescription
        {
            Name = options.NodeName,
            Address = runtimes.Default.Facts.Address,
            Machine = machine,
            CpuMillis = options.CpuMillis ?? machine.CpuMillis,
            MemoryBytes = options.MemoryBytes ?? machine.MemoryBytes,
            MaxPods = options.MaxPods,
            RuntimeVersion = $"{runtimes.Default.Runtime.Name}://0",
        };
        try
        {
            var version = await runtimes.Default.Runtime.GetVersionAsync(cancellationToken);
            description = description with
            {
                RuntimeVersion = $"{runtimes.Default.Runtime.Name}://{version}",
                Images = await runtimes.Default.Runtime.ListImagesAsync(cancellationToken),
            };
        }
        catch (RuntimeException error)
        {
            description = description with { RuntimeError = error.Message };
        }

        var report = new NodeReport { Status = UnsafeByteOperations.UnsafeWrap(NodeStatusWriter.Write(description)) };
        AddLabels(report);
        report.Taints.Add(options.Taints);
        return report;
    }

    /// <inheritdoc/>
    public async Task<Heartbeat> MeasureAsync(CancellationToken cancellationToken)
    {
        var heartbeat = new Heartbeat { Node = meter?.Measure() ?? new Usage() };
        Dictionary<string, PodUsage> pods = new(StringComparer.Ordinal);
        foreach (var tools in runtimes.All)
        {
            foreach (var usage in await UsageAsync(tools, cancellationToken))
            {
                if (!pods.TryGetValue(usage.PodUid, out var pod))
                {
                    pods[usage.PodUid] = pod = new PodUsage { PodUid = usage.PodUid };
                    heartbeat.Pods.Add(pod);
                }

                pod.Containers[usage.Container] = new Usage { CpuNanocores = usage.CpuNanocores, MemoryBytes = usage.MemoryBytes };
            }
        }

        return heartbeat;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await lifetime.CancelAsync();
        store?.Dispose();
        lifetime.Dispose();
    }

    private async Task<ImmutableArray<ContainerUsage>> UsageAsync(PodTools tools, CancellationToken cancellationToken)
    {
        try
        {
            return await tools.Runtime.GetUsageAsync(cancellationToken);
        }
        catch (RuntimeException error)
        {
            // A heartbeat without figures is still a sign of life.
            LogUsageFailed(error, tools.Runtime.Name);
            return [];
        }
    }

    private void AddLabels(NodeReport report)
    {
        report.Labels["kubernetes.io/hostname"] = options.NodeName;
        report.Labels["kubernetes.io/os"] = MachineFacts.OperatingSystemName;
        report.Labels["kubernetes.io/arch"] = MachineFacts.Architecture;
        report.Labels["beta.kubernetes.io/os"] = MachineFacts.OperatingSystemName;
        report.Labels["beta.kubernetes.io/arch"] = MachineFacts.Architecture;
        foreach (var (key, value) in options.Labels)
        {
            report.Labels[key] = value;
        }
    }

    [LoggerMessage(3070, LogLevel.Information, "Node {Node} carries on with {Pods} pods of its last directive")]
    private partial void LogCarriesOn(string node, int pods);

    [LoggerMessage(3071, LogLevel.Debug, "The {Runtime} runtime's usage cannot be read")]
    private partial void LogUsageFailed(Exception error, string runtime);
}
