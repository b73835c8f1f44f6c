using Grainhouse.Grains.Disruptions;
using Grainhouse.Grains.Events;
using Grainhouse.Grains.Members;
using Grainhouse.Grains.Objects;
using Grainhouse.Grains.Quotas;
using Grainhouse.Grains.Reconciling;
using Grainhouse.Grains.Startup;
using Microsoft.Extensions.DependencyInjection;

namespace Grainhouse.Grains;

/// <summary>Registers what the grains need.</summary>
public static class GrainHosting
{
    /// <summary>Adds the grains' services. Call it after Orleans is added: its hosted services need a silo that runs.</summary>
    /// <param name="services">The silo's services.</param>
    /// <param name="options">Makes the options once the services are there.</param>
    public static IServiceCollection AddGrains(this IServiceCollection services, Func<IServiceProvider, GrainOptions> options)
    {
        services.AddSingleton(options);
        services.AddSingleton<ClusterMembers>();
        services.AddSingleton<Chance>();
        services.AddSingleton<ServiceAddresses>();
        services.AddSingleton<DisruptionBudgets>();
        services.AddSingleton<QuotaAdmission>();
        services.AddSingleton<ObjectAdmission>();
        services.AddSingleton<EventRecorder>();
        services.AddSingleton<PlanExecutor>();
        services.AddSingleton<ReconcilerServices>();
        services.AddSingleton<ClusterBootstrap>();
        services.AddHostedService<ClusterStartup>();
        services.AddHostedService<ChangeRouter>();
        services.AddHostedService<ClusterUpkeep>();
        services.AddHostedService<EventWriter>();
        return services;
    }
}
