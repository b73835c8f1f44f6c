using System.Reflection;
using Grainhouse.Grains;
using Grainhouse.Grains.Deployments;
using Grainhouse.Grains.Disruptions;
using Grainhouse.Grains.GarbageCollection;
using Grainhouse.Grains.Namespaces;
using Grainhouse.Grains.Nodes;
using Grainhouse.Grains.Objects;
using Grainhouse.Grains.Quotas;
using Grainhouse.Grains.Reconciling;
using Grainhouse.Grains.ReplicaSets;
using Grainhouse.Grains.Scheduling;
using Grainhouse.Grains.Services;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans;
using Orleans.Runtime;

namespace Grainhouse.Simulation.Actors;

/// <summary>Makes the grains as a silo's container would.</summary>
internal static class GrainMaker
{
    public const string Object = "object";
    public const string Scheduler = "scheduler";

    private delegate void ContextSetter(IGrainContext? context, out IGrainContext? previous);

    // A grain learns its context from the engine's own thread-static, which only the engine can set.
    private static readonly ContextSetter SetContext = typeof(Grain).Assembly.GetType("Orleans.Runtime.RuntimeContext", throwOnError: true)!
        .GetMethods(BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public)
        .First(method => method.Name == "SetExecutionContext" && method.GetParameters().Length == 2)
        .CreateDelegate<ContextSetter>();

    /// <summary>Makes the grain of an activation.</summary>
    public static Grain Make(Activation activation)
    {
        SetContext(activation, out var previous);
        try
        {
            return Make(activation.Silo, activation.GrainId.Type.ToString()!);
        }
        finally
        {
            SetContext(previous, out _);
        }
    }

    private static Grain Make(SimulatedSilo silo, string type) => type switch
    {
        Object => new ObjectGrain(silo.Store, silo.Cache, silo.Admission, silo.Cluster.Chance, silo.Clock, NullLogger<ObjectGrain>.Instance),
        Scheduler => new SchedulerGrain(silo.Cache, silo.Events, silo.Clock, NullLogger<SchedulerGrain>.Instance),
        ReconcilerGrains.Node => new NodeGrain(silo.Cache, silo.Store, silo.Executor, silo.Events, silo.Members, silo.Options, silo.Clock, NullLogger<NodeGrain>.Instance),
        ReconcilerGrains.Deployment => new DeploymentGrain(silo.Services),
        ReconcilerGrains.ReplicaSet => new ReplicaSetGrain(silo.Services),
        ReconcilerGrains.Service => new ServiceGrain(silo.Services),
        ReconcilerGrains.Namespace => new NamespaceGrain(silo.Services, silo.Options),
        ReconcilerGrains.DisruptionBudget => new DisruptionBudgetGrain(silo.Services),
        ReconcilerGrains.Quota => new QuotaStatusGrain(silo.Services),
        ReconcilerGrains.Collector => new CollectorGrain(silo.Services),
        _ => throw new NotSupportedException($"No grain of type {type}."),
    };
}
