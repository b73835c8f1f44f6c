using Google.Protobuf;
using Grainhouse.HostAgent.Hosting;
using Grainhouse.HostAgent.Nodes;
using Grainhouse.HostAgent.Pods;
using Grainhouse.Interfaces.Agents;

namespace Grainhouse.Simulation.Agents;

/// <summary>One Attach stream as the agent leads it: sequence numbers, acknowledgements, a complete report at first.</summary>
internal sealed class AgentSession(
    AgentLink link, NodePods pods, ReportOutbox outbox, PodTools tools, AgentFlaws flaws, string node, string instance, TimeProvider clock)
{
    private static readonly TimeSpan FlushInterval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan HeartbeatInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan AckTimeout = TimeSpan.FromSeconds(15);

    private readonly Queue<(ulong Sequence, DateTimeOffset SentAt)> unacknowledged = new();
    private ulong expected;
    private ulong sequence;
    private bool begun;

    /// <summary>Runs until the link breaks.</summary>
    public async Task RunAsync()
    {
        link.Open(new Hello { NodeName = node, AgentVersion = "simulated", Protocol = 1, Instance = instance }, Take);
        var nextHeartbeat = clock.GetUtcNow();
        while (!link.IsOver)
        {
            await Task.Delay(FlushInterval, clock);
            if (!begun)
            {
                continue;
            }

            if (clock.GetUtcNow() >= nextHeartbeat)
            {
                nextHeartbeat = clock.GetUtcNow() + HeartbeatInterval;
                Send(new AgentReport { Heartbeat = new Heartbeat() });
                CheckAcknowledgements();
            }

            var (changed, _, _) = outbox.Take();
            SendPods(changed, complete: false);
        }
    }

    private void Take(NodeDirective directive)
    {
        if (expected != 0 && directive.Sequence != expected)
        {
            link.Break();
            return;
        }

        expected = directive.Sequence + 1;
        if (flaws.Ignores(directive))
        {
            return;
        }

        if (directive.Snapshot is { } snapshot)
        {
            pods.Apply(snapshot);
            begun = true;
            Send(new AgentReport { Node = Describe() });
            SendPods(pods.Workers, complete: true);
        }
        else if (directive.Changes is { } changes)
        {
            pods.Apply(changes);
        }
        else if (directive.DirectiveCase == NodeDirective.DirectiveOneofCase.Ack)
        {
            while (unacknowledged.TryPeek(out var oldest) && oldest.Sequence <= directive.Ack)
            {
                unacknowledged.Dequeue();
            }
        }
    }

    private void CheckAcknowledgements()
    {
        if (unacknowledged.TryPeek(out var oldest) && clock.GetUtcNow() - oldest.SentAt >= AckTimeout)
        {
            unacknowledged.Clear();
            SendPods(pods.Workers, complete: true);
        }
    }

    private void SendPods(IEnumerable<PodWorker> workers, bool complete)
    {
        var report = new PodReports { Complete = complete };
        foreach (var worker in workers.OrderBy(worker => worker.State.Identity.Uid, StringComparer.Ordinal))
        {
            if (PodReporter.Report(worker, evenIfUnchanged: complete) is { } pod)
            {
                report.Pods.Add(pod);
            }
        }

        if (complete || report.Pods.Count > 0)
        {
            Send(new AgentReport { Pods = report });
            unacknowledged.Enqueue((sequence, clock.GetUtcNow()));
        }
    }

    private void Send(AgentReport report)
    {
        report.Sequence = ++sequence;
        link.Up(report);
    }

    private NodeReport Describe()
    {
        var facts = tools.Facts;
        var report = new NodeReport
        {
            Status = UnsafeByteOperations.UnsafeWrap(NodeStatusWriter.Write(new NodeDescription
            {
                Name = node,
                Address = facts.Address,
                Machine = SimulatedTools.MachineOf(node, facts.CpuMillis, facts.MemoryBytes),
                CpuMillis = facts.CpuMillis,
                MemoryBytes = facts.MemoryBytes,
                MaxPods = 110,
                RuntimeVersion = "simulated://1",
            })),
        };
        report.Labels["kubernetes.io/hostname"] = node;
        return report;
    }
}
