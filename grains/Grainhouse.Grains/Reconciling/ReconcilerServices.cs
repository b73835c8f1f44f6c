using Grainhouse.Interfaces.Storage;

namespace Grainhouse.Grains.Reconciling;

/// <summary>What every reconciler needs.</summary>
internal sealed record ReconcilerServices(IObjectCache Cache, PlanExecutor Executor, Chance Chance, TimeProvider Clock);
