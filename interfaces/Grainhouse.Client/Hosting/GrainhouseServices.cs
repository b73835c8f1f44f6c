using Grainhouse.Client.Hosting;
using k8s;
using k8s.Models;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Grainhouse.Client;

/// <summary>Puts the client into a host.</summary>
public static class GrainhouseServices
{
    /// <summary>Adds a <see cref="GrainhouseClient"/>, which logs where the host logs.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="configure">Which cluster; null for what <see cref="GrainhouseOptions"/> says by default.</param>
    public static IServiceCollection AddGrainhouse(this IServiceCollection services, Action<GrainhouseOptions>? configure = null)
    {
        services.AddOptions<GrainhouseOptions>().Configure(options => configure?.Invoke(options));
        services.TryAddSingleton(provider => new GrainhouseClient(
            provider.GetRequiredService<IOptions<GrainhouseOptions>>().Value.ToConfiguration(),
            provider.GetService<ILoggerFactory>(),
            provider.GetService<TimeProvider>()));
        return services;
    }

    /// <summary>Adds an <see cref="Informer{T}"/> that runs as long as the host.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="selection">Which objects; null for all.</param>
    /// <param name="resync">How often every object is shown again; null for never.</param>
    public static IServiceCollection AddInformer<T>(this IServiceCollection services, Selection? selection = null, TimeSpan? resync = null)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        services.AddGrainhouse();
        services.AddSingleton(provider => provider.GetRequiredService<GrainhouseClient>().Resource<T>().Informer(selection, resync));
        services.AddHostedService<InformerService<T>>();
        return services;
    }
}
