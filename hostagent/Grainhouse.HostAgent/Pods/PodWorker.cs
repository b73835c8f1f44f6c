using System.Collections.Immutable;
using Grainhouse.Interfaces.Agents;
using Microsoft.Extensions.Logging;

namespace Grainhouse.HostAgent.Pods;

/// <summary>The shell round one pod's state machine: a mailbox that has a thread only while it has mail, and hands for its actions.</summary>
internal sealed partial class PodWorker : IThreadPoolWorkItem
{
    private readonly Lock gate = new();
    private readonly Queue<PodInput> inbox = new();
    private readonly PodTools tools;
    private readonly IPodOwner owner;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly CancellationToken lifetime;
    private CancellationTokenSource? work;
    private volatile PodState state;
    private bool scheduled;
    private DateTimeOffset? wakeAt;

    public PodWorker(PodState state, PodTools tools, IPodOwner owner, TimeProvider time, ILogger logger, CancellationToken lifetime)
    {
        this.state = state;
        this.tools = tools;
        this.owner = owner;
        this.time = time;
        this.logger = logger;
        this.lifetime = lifetime;
    }

    /// <summary>The newest state.</summary>
    public PodState State => state;

    /// <summary>What runs its containers.</summary>
    public PodTools Tools => tools;

    /// <summary>The objects that the newest order refers to.</summary>
    public ImmutableHashSet<ConfigName> References { get; set; } = [];

    /// <summary>What was last reported, and whether something may have changed since. Only its reporter touches it.</summary>
    public PodReportBook Book { get; } = new();

    /// <summary>Puts an input into the mailbox.</summary>
    public void Post(PodInput input)
    {
        lock (gate)
        {
            inbox.Enqueue(input);
            if (scheduled)
            {
                return;
            }

            scheduled = true;
        }

        tools.Schedule(this);
    }

    /// <summary>Takes an input on the caller's thread, unless another one is at work: then it is only posted.</summary>
    public void RunNow(PodInput input)
    {
        lock (gate)
        {
            inbox.Enqueue(input);
            if (scheduled)
            {
                return;
            }

            scheduled = true;
        }

        ((IThreadPoolWorkItem)this).Execute();
    }

    /// <summary>Steps the pod if the time it asked for has come.</summary>
    public void WakeIfDue()
    {
        lock (gate)
        {
            if (wakeAt is not { } at || at > time.GetUtcNow())
            {
                return;
            }

            wakeAt = null;
        }

        Post(PodInput.Tick.Instance);
    }

    void IThreadPoolWorkItem.Execute()
    {
        while (TryTake(out var input))
        {
            var (next, actions) = PodStepper.Step(state, input, time.GetUtcNow());
            state = next;
            foreach (var action in actions)
            {
                Do(action);
            }
        }
    }

    private bool TryTake(out PodInput input)
    {
        lock (gate)
        {
            if (inbox.TryDequeue(out input!) && !lifetime.IsCancellationRequested)
            {
                return true;
            }

            scheduled = false;
            return false;
        }
    }

    private void Do(PodAction action)
    {
        switch (action)
        {
            case PodAction.ReportStatus:
                owner.StatusChanged(this);
                break;
            case PodAction.Report report:
                owner.EventHappened(EventOf(report));
                break;
            case PodAction.WakeAt wake:
                Wake(wake.Time);
                break;
            case PodAction.Observe:
                owner.ObservationWanted(this);
                break;
            case PodAction.Look look:
                Look(look.ContainerId);
                break;
            case PodAction.CancelWork:
                work?.Cancel();
                work = null;
                break;
            default:
                _ = PerformAsync(action);
                break;
        }
    }

    private void Wake(DateTimeOffset? at)
    {
        lock (gate)
        {
            wakeAt = at;
        }

        if (at is { } due)
        {
            tools.Wakes.Add(this, due);
        }
    }

    private EventReport EventOf(PodAction.Report report) => new()
    {
        PodUid = state.Identity.Uid,
        Namespace = state.Identity.Namespace,
        Name = state.Identity.Name,
        FieldPath = report.FieldPath,
        Type = report.Warning ? "Warning" : "Normal",
        Reason = report.Reason,
        Message = report.Message,
    };

    [LoggerMessage(3001, LogLevel.Error, "{Action} of pod {Pod} failed unexpectedly")]
    private partial void LogActionFailed(Exception error, string action, string pod);
}
