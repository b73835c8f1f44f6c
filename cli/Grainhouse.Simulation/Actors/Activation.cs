using Grainhouse.Grains.Scheduling;
using Grainhouse.Simulation.Engine;
using Orleans;
using Orleans.Runtime;
using Orleans.Timers;

namespace Grainhouse.Simulation.Actors;

/// <summary>One activation of a grain: the real grain object, with the turns that Orleans would give it.</summary>
internal sealed class Activation : Process, IGrainContext, IServiceProvider
{
    private static readonly TimeSpan CollectionAge = TimeSpan.FromMinutes(2);

    private readonly EventLoop loop;
    private readonly Queue<GrainCall> waiting = new();
    private readonly Queue<GrainCall> early = new();
    private readonly HashSet<GrainCall> held = [];
    private DateTimeOffset lastUsed;
    private DateTimeOffset keptUntil;
    private int running;
    private bool turnTaken;
    private bool isReady;

    public Activation(EventLoop loop, SimulatedSilo silo, GrainId id)
        : base(loop, $"{id}@{silo.Name}", silo)
    {
        this.loop = loop;
        (Silo, GrainId, lastUsed) = (silo, id, loop.Now);
        Run(() =>
        {
            Grain = GrainMaker.Make(this);
            _ = ActivateAsync();
        });
    }

    /// <summary>Where it lives.</summary>
    public SimulatedSilo Silo { get; }

    /// <summary>The grain.</summary>
    public Grain Grain { get; private set; } = null!;

    /// <summary>Whether the others take it for dead, be it so or not.</summary>
    public bool IsGivenUp { get; private set; }

    /// <summary>Whether it takes no further calls.</summary>
    public bool IsLeaving { get; private set; }

    /// <summary>Whether nobody has asked for anything for so long that Orleans collects it.</summary>
    public bool IsIdle => isReady && running == 0 && waiting.Count == 0 && Grain is not (Grains.Nodes.NodeGrain or SchedulerGrain)
        && loop.Now > lastUsed + CollectionAge && loop.Now > keptUntil;

    public GrainId GrainId { get; }

    public IServiceProvider ActivationServices => this;

    public object? GrainInstance => Grain;

    public GrainReference GrainReference => throw new NotSupportedException();

    public ActivationId ActivationId => throw new NotSupportedException();

    public GrainAddress Address => throw new NotSupportedException();

    public IGrainLifecycle ObservableLifecycle => throw new NotSupportedException();

    public IWorkItemScheduler Scheduler => throw new NotSupportedException();

    public Task Deactivated => throw new NotSupportedException();

    /// <summary>Takes a call: at once if it interleaves, else in its turn.</summary>
    public void Receive(GrainCall request)
    {
        lastUsed = loop.Now;
        held.Add(request);
        if (!isReady)
        {
            early.Enqueue(request);
        }
        else if (request.Interleaves)
        {
            _ = ServeAsync(request);
        }
        else
        {
            waiting.Enqueue(request);
            Next();
        }
    }

    /// <summary>It is known to be dead: those who wait for its answers are told.</summary>
    public void BreakCalls()
    {
        IsGivenUp = true;
        foreach (var request in held)
        {
            request.Break(new SiloUnavailableException($"{Name} is dead"));
        }

        held.Clear();
    }

    /// <summary>Keeps it from being collected.</summary>
    public void Delay(TimeSpan time) => keptUntil = loop.Now + time;

    public void Deactivate(DeactivationReason deactivationReason, CancellationToken cancellationToken = default)
    {
        if (IsLeaving)
        {
            return;
        }

        IsLeaving = true;
        Silo.Cluster.Forget(this);
        while (waiting.TryDequeue(out var request))
        {
            held.Remove(request);
            Silo.Cluster.Send(Silo, request);
        }

        EndIfDone();
    }

    public object? GetService(Type serviceType) =>
        serviceType == typeof(IGrainRuntime) || serviceType == typeof(ITimerRegistry) ? Silo.Runtime : null;

    public object? GetComponent(Type componentType) => null;

    public object? GetTarget() => Grain;

    public void SetComponent<TComponent>(TComponent? value)
        where TComponent : class => throw new NotSupportedException();

    public void ReceiveMessage(object message) => throw new NotSupportedException();

    public void Activate(Dictionary<string, object>? requestContext, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public void Rehydrate(IRehydrationContext context) => throw new NotSupportedException();

    public void Migrate(Dictionary<string, object>? requestContext, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public bool Equals(IGrainContext? other) => ReferenceEquals(this, other);

    private async Task ActivateAsync()
    {
        try
        {
            await Grain.OnActivateAsync(CancellationToken.None);
        }
        catch (Exception error)
        {
            // Orleans' own edge: the calls that waited for an activation that failed fail with it.
            IsLeaving = true;
            Silo.Cluster.Forget(this);
            foreach (var request in early)
            {
                request.Fail(error);
            }

            Kill();
            return;
        }

        isReady = true;
        while (early.TryDequeue(out var request))
        {
            Receive(request);
        }
    }

    private void Next()
    {
        if (!turnTaken && waiting.TryDequeue(out var request))
        {
            turnTaken = true;
            _ = TakeTurnAsync(request);
        }
    }

    private async Task TakeTurnAsync(GrainCall request)
    {
        await ServeAsync(request);
        turnTaken = false;
        lastUsed = loop.Now;
        Next();
    }

    private async Task ServeAsync(GrainCall request)
    {
        running++;
        await request.ServeAsync(Grain);
        held.Remove(request);
        running--;
        EndIfDone();
    }

    private void EndIfDone()
    {
        if (IsLeaving && running == 0)
        {
            Kill();
        }
    }
}
