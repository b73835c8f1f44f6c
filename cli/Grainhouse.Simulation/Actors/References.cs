using System.Collections.Immutable;
using Grainhouse.Grains.Reconciling;
using Grainhouse.Grains.Scheduling;
using Grainhouse.Interfaces.Agents;
using Grainhouse.Interfaces.Grains;
using Grainhouse.Interfaces.Objects;
using Orleans;
using Orleans.Concurrency;
using Orleans.Runtime;

namespace Grainhouse.Simulation.Actors;

/// <summary>A reference to an object's grain. What it acknowledges is noted: no acknowledged write may be lost.</summary>
internal sealed class ObjectReference(SimulatedSilo caller, GrainId id) : IObjectGrain
{
    public async ValueTask<KubeObject?> GetAsync() =>
        await caller.CallAsync(id, interleaves: true, async grain => await ((IObjectGrain)grain).GetAsync());

    public Task<ObjectResult> CreateAsync(ReadOnlyMemory<byte> document, WriteOptions options) =>
        WriteAsync(grain => grain.CreateAsync(document, options));

    public Task<ObjectResult> UpdateAsync(ReadOnlyMemory<byte> document, WriteOptions options) =>
        WriteAsync(grain => grain.UpdateAsync(document, options));

    public Task<ObjectResult> PatchAsync(PatchType type, ReadOnlyMemory<byte> patch, WriteOptions options) =>
        WriteAsync(grain => grain.PatchAsync(type, patch, options));

    public Task<ObjectResult> DeleteAsync(DeletionOptions options) => WriteAsync(grain => grain.DeleteAsync(options));

    public Task<ObjectResult> EvictAsync(DeletionOptions options) => WriteAsync(grain => grain.EvictAsync(options));

    private async Task<ObjectResult> WriteAsync(Func<IObjectGrain, Task<ObjectResult>> write)
    {
        var result = await caller.CallAsync(id, interleaves: false, grain => write((IObjectGrain)grain));
        caller.Cluster.Acknowledged(result);
        return result;
    }
}

/// <summary>A reference to a reconciler.</summary>
internal sealed class ReconcilerReference(SimulatedSilo caller, GrainId id) : IReconcilerGrain
{
    // The response timeout that the method's attribute gives it.
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(15);

    public Task WakeAsync(long revision) => caller.CallAsync(id, interleaves: false, async grain =>
    {
        await ((IReconcilerGrain)grain).WakeAsync(revision);
        return true;
    }, Timeout);
}

/// <summary>A reference to the scheduler.</summary>
internal sealed class SchedulerReference(SimulatedSilo caller, GrainId id) : ISchedulerGrain
{
    public Task StartAsync() => caller.CallAsync(id, interleaves: false, async grain =>
    {
        await ((ISchedulerGrain)grain).StartAsync();
        return true;
    });
}

/// <summary>A reference to a node's grain.</summary>
internal sealed class NodeReference(SimulatedSilo caller, GrainId id) : INodeGrain
{
    public IAsyncEnumerable<Immutable<NodeDirective>> AttachAsync(Immutable<Hello> hello, CancellationToken cancellationToken) =>
        throw new NotSupportedException("Agents attach through an AgentLink.");

    public Task ReportAsync(string instance, Immutable<AgentReport> report) => caller.CallAsync(id, interleaves: true, async grain =>
    {
        await ((INodeGrain)grain).ReportAsync(instance, report);
        return true;
    });

    public Task<ImmutableArray<PodVerdict>> AdmitAsync(ImmutableArray<PodClaim> claims) =>
        caller.CallAsync(id, interleaves: true, grain => ((INodeGrain)grain).AdmitAsync(claims));

    public Task<bool> OpenTunnelAsync(Immutable<TunnelRequest> request) => throw new NotSupportedException();

    public async Task<DateTimeOffset?> GetLastHeardAsync() =>
        await caller.CallAsync(id, interleaves: true, grain => ((INodeGrain)grain).GetLastHeardAsync());

    public Task<Immutable<Heartbeat>?> GetUsageAsync() => throw new NotSupportedException();
}
