using Grainhouse.Interfaces.Objects;
using Grainhouse.Interfaces.Storage;
using Grainhouse.Planning;

namespace Grainhouse.Grains.Reconciling;

/// <summary>The shell of every reconciler: wait until the cache is new enough, ask Planning, do what it says.</summary>
/// <remarks>
/// It keeps nothing that one look at the cache would not give back. Before it decides again, the cache must show all that it
/// wrote itself: so nothing is done twice because of a stale look.
/// </remarks>
internal abstract class ReconcilerGrain(ReconcilerServices services) : Grain, IReconcilerGrain, IGrainMigrationParticipant
{
    private const string DueKey = "due";

    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LastRetry = TimeSpan.FromSeconds(30);

    private long ownRevision;
    private int attempts;
    private IGrainTimer? timer;
    private DateTimeOffset? due;

    /// <summary>The silo's view of all objects.</summary>
    protected IObjectCache Cache => services.Cache;

    /// <summary>The time.</summary>
    protected DateTimeOffset Now => services.Clock.GetUtcNow();

    /// <summary>The refusal of a creation that none has succeeded after; null if there was none.</summary>
    protected ActionFailure? LastRefusal { get; private set; }

    /// <summary>A new activation does not know what its predecessor wrote, so it starts from all that is committed.</summary>
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        ownRevision = await Cache.CatchUpAsync(cancellationToken);
        Arm(due);
    }

    /// <summary>Takes the timer along to another silo; all else is there.</summary>
    public void OnDehydrate(IDehydrationContext dehydrationContext) => dehydrationContext.TryAddValue(DueKey, due);

    /// <summary>Comes before the activation.</summary>
    public void OnRehydrate(IRehydrationContext rehydrationContext) => rehydrationContext.TryGetValue(DueKey, out due);

    public async Task WakeAsync(long revision)
    {
        try
        {
            await LookAsync(revision);
        }
        catch
        {
            // A look that a timer began has no caller who would ask again.
            attempts++;
            Arm(Now + Backoff());
            throw;
        }
    }

    /// <summary>Gathers the input from the cache and asks Planning.</summary>
    protected abstract ReconcilePlan Decide();

    private async Task LookAsync(long revision)
    {
        await Cache.WaitForAsync(Math.Max(revision, ownRevision));
        var plan = Decide();
        var report = await services.Executor.CarryOutAsync(plan);
        ownRevision = Math.Max(ownRevision, report.Revision);
        attempts = report.Retry ? attempts + 1 : 0;
        LastRefusal = Remember(plan, report.Refused);
        Arm(report.Retry ? Now + Backoff() : plan.WakeAt);
    }

    /// <summary>A round that only waited for its next try tells nothing: the refusal stands until a creation succeeds.</summary>
    private ActionFailure? Remember(ReconcilePlan plan, ApiStatus? refused) =>
        refused is not null ? new ActionFailure(refused, Now, (LastRefusal?.Attempts ?? 0) + 1)
        : plan.Actions.Any(action => action is ReconcileAction.Create) ? null
        : LastRefusal;

    private TimeSpan Backoff() => TimeSpan.FromTicks(Math.Min(LastRetry.Ticks, FirstRetry.Ticks << Math.Min(attempts, 12)));

    private void Arm(DateTimeOffset? at)
    {
        timer?.Dispose();
        timer = null;
        due = at;
        if (at is not { } next)
        {
            return;
        }

        var delay = next - Now;
        delay = delay < TimeSpan.FromMilliseconds(1) ? TimeSpan.FromMilliseconds(1) : delay;
        timer = this.RegisterGrainTimer(() => WakeAsync(0), new GrainTimerCreationOptions(delay, Timeout.InfiniteTimeSpan) { KeepAlive = true });

        // The timer dies with the activation, so the activation outlives the timer.
        DelayDeactivation(delay + TimeSpan.FromMinutes(1));
    }
}
