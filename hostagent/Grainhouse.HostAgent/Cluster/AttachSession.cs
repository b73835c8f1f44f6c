using Google.Protobuf;
using Grainhouse.HostAgent.Pods;
using Grainhouse.Interfaces.Agents;
using Grpc.Core;

namespace Grainhouse.HostAgent.Cluster;

/// <summary>One Attach stream, from Hello to its end.</summary>
/// <remarks>Reports are level-based: a session begins with everything, and what it could not deliver the next one says anew.</remarks>
internal sealed class AttachSession(
    IAgentNode node,
    Hello hello,
    AsyncDuplexStreamingCall<AgentReport, NodeDirective> call,
    Action<TunnelRequest> openTunnel,
    Action<Settings> takeSettings,
    TimeSpan heartbeatFallback,
    TimeProvider time)
{
    /// <summary>Reports that come one upon the other are sent together: waiting this long costs less than a message each.</summary>
    private static readonly TimeSpan Window = TimeSpan.FromMilliseconds(4);

    /// <summary>A report that is not acknowledged for this long is lost somewhere: attach again.</summary>
    private static readonly TimeSpan AckTimeout = TimeSpan.FromSeconds(15);

    /// <summary>Pods in one report; keeps messages well under any size limit.</summary>
    private const int MostPods = 500;

    private readonly Queue<(ulong Sequence, DateTimeOffset SentAt, List<EventReport> Events)> unacked = new();
    // The writer goes on in place, up to its first write: nothing that the reader would have to wait for.
    private readonly TaskCompletionSource snapshotApplied = new();
    private TimeSpan? heartbeatInterval;
    private ulong sequence;
    private bool resendPods;

    /// <summary>Runs until the stream ends; throws when it failed.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var reading = ReadAsync(stop.Token);
        var writing = WriteAsync(stop.Token);
        try
        {
            await await Task.WhenAny(reading, writing);
        }
        finally
        {
            End(stop);
            await Task.WhenAll(reading, writing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            ReturnUntaken();
        }
    }

    // In place, not on a thread of the pool as CancelAsync does: the simulator has no such thread, and nothing here takes long.
    private void End(CancellationTokenSource stop)
    {
        stop.Cancel();
        call.Dispose();
    }

    private async Task ReadAsync(CancellationToken cancellationToken)
    {
        var expected = 0UL;

        // Not ReadAllAsync, which leaves the caller's context: the simulator has no thread but its own.
        while (await call.ResponseStream.MoveNext(cancellationToken))
        {
            var directive = call.ResponseStream.Current;
            if (expected != 0 && directive.Sequence != expected)
            {
                throw new RpcException(new Status(StatusCode.DataLoss, $"directive {expected} is missing: {directive.Sequence} came"));
            }

            expected = directive.Sequence + 1;
            await TakeAsync(directive, cancellationToken);
        }
    }

    private async Task TakeAsync(NodeDirective directive, CancellationToken cancellationToken)
    {
        switch (directive.DirectiveCase)
        {
            case NodeDirective.DirectiveOneofCase.Ack:
                TakeAck(directive.Ack);
                return;
            case NodeDirective.DirectiveOneofCase.Tunnel:
                openTunnel(directive.Tunnel);
                return;
            case NodeDirective.DirectiveOneofCase.Settings:
                TakeSettings(directive.Settings);
                break;
            case NodeDirective.DirectiveOneofCase.Snapshot when directive.Snapshot.Settings is { } settings:
                TakeSettings(settings);
                break;
        }

        await node.ApplyAsync(directive, cancellationToken);
        if (directive.Snapshot is not null)
        {
            snapshotApplied.TrySetResult();
        }
    }

    private void TakeSettings(Settings settings)
    {
        heartbeatInterval = settings.HeartbeatMs > 0 ? TimeSpan.FromMilliseconds(settings.HeartbeatMs) : null;
        takeSettings(settings);
    }

    private async Task WriteAsync(CancellationToken cancellationToken)
    {
        await SendAsync(new AgentReport { Hello = hello }, [], cancellationToken);
        await SendAsync(new AgentReport { Node = await node.DescribeAsync(cancellationToken) }, [], cancellationToken);
        await snapshotApplied.Task.WaitAsync(cancellationToken);
        await SendPodsAsync(node.Pods.Workers, complete: true, cancellationToken);

        var nextHeartbeat = time.GetUtcNow();
        var lastFlush = nextHeartbeat;
        while (!cancellationToken.IsCancellationRequested)
        {
            var now = time.GetUtcNow();
            if (now >= nextHeartbeat)
            {
                await SendAsync(new AgentReport { Heartbeat = await node.MeasureAsync(cancellationToken) }, [], cancellationToken);
                nextHeartbeat = now + (heartbeatInterval ?? heartbeatFallback);
                CheckAcks(now);
            }

            var wait = nextHeartbeat - time.GetUtcNow();
            if (!await node.Outbox.WaitAsync(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, cancellationToken))
            {
                continue;
            }

            // The first report after a quiet time goes at once; those of a burst go together.
            if (time.GetUtcNow() - lastFlush < 4 * Window)
            {
                await Task.Delay(Window, time, cancellationToken);
            }

            await FlushAsync(cancellationToken);
            lastFlush = time.GetUtcNow();
        }
    }

    private async Task FlushAsync(CancellationToken cancellationToken)
    {
        var (pods, events, describe) = node.Outbox.Take();
        if (describe)
        {
            await SendAsync(new AgentReport { Node = await node.DescribeAsync(cancellationToken) }, [], cancellationToken);
        }

        var all = resendPods;
        resendPods = false;
        await SendPodsAsync(all ? node.Pods.Workers : pods, complete: all, cancellationToken);
        if (events.Count > 0)
        {
            var report = new EventReports();
            report.Events.Add(events);
            await SendAsync(new AgentReport { Events = report }, events, cancellationToken);
        }
    }

    private async Task SendPodsAsync(ICollection<PodWorker> workers, bool complete, CancellationToken cancellationToken)
    {
        // Only a report that has all pods in one message may call itself complete.
        var isOneMessage = workers.Count <= MostPods || complete;
        var report = new PodReports { Complete = complete };
        foreach (var worker in workers)
        {
            if (PodReporter.Report(worker, evenIfUnchanged: complete) is { } pod)
            {
                report.Pods.Add(pod);
            }

            if (!isOneMessage && report.Pods.Count == MostPods)
            {
                await SendAsync(new AgentReport { Pods = report }, [], cancellationToken);
                report = new PodReports();
            }
        }

        if (complete || report.Pods.Count > 0)
        {
            await SendAsync(new AgentReport { Pods = report }, [], cancellationToken);
        }
    }

    private async Task SendAsync(AgentReport report, List<EventReport> events, CancellationToken cancellationToken)
    {
        report.Sequence = ++sequence;
        if (report.ReportCase is AgentReport.ReportOneofCase.Pods or AgentReport.ReportOneofCase.Events)
        {
            lock (unacked)
            {
                unacked.Enqueue((report.Sequence, time.GetUtcNow(), events));
            }
        }

        await call.RequestStream.WriteAsync(report, cancellationToken);
    }

    private void TakeAck(ulong upTo)
    {
        lock (unacked)
        {
            while (unacked.TryPeek(out var oldest) && oldest.Sequence <= upTo)
            {
                unacked.Dequeue();
            }
        }
    }

    /// <summary>What was not taken is said again: the cluster may have failed to store it.</summary>
    private void CheckAcks(DateTimeOffset now)
    {
        lock (unacked)
        {
            if (!unacked.TryPeek(out var oldest) || now - oldest.SentAt < AckTimeout)
            {
                return;
            }
        }

        ReturnUntaken();
        resendPods = true;
    }

    private void ReturnUntaken()
    {
        List<EventReport> events = [];
        lock (unacked)
        {
            foreach (var sent in unacked)
            {
                events.AddRange(sent.Events);
            }

            unacked.Clear();
        }

        node.Outbox.Return(events);
    }
}
