using Microsoft.Extensions.DependencyInjection;

namespace Grainhouse.Gateway.Proxy;

/// <summary>Puts the proxy into a host.</summary>
internal static class ProxyHosting
{
    /// <summary>Adds its services.</summary>
    public static IServiceCollection AddProxy(this IServiceCollection services)
    {
        services.AddHttpForwarder();
        services.AddSingleton<ProxyTargets>();
        services.AddSingleton<ProxyForwarder>();
        services.AddSingleton<NodePages>();
        services.AddSingleton<ProxyVerb>();
        return services;
    }
}
