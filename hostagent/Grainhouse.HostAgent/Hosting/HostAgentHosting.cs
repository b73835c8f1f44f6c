using Grainhouse.HostAgent.Cluster;
using Grainhouse.HostAgent.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Grainhouse.HostAgent;

/// <summary>Registers the host agent with a process.</summary>
public static class HostAgentHosting
{
    /// <summary>Whether the agent of a data directory has joined a cluster: it then needs neither token nor authority to start.</summary>
    public static bool HasJoined(string dataDirectory) => AgentIdentity.Exists(dataDirectory);

    /// <summary>Adds the host agent as a background service. Bad options stop the start with the option's name in the message.</summary>
    public static IServiceCollection AddHostAgent(this IServiceCollection services, HostAgentOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        services.TryAddSingleton(TimeProvider.System);
        return services.AddSingleton<IHostedService>(provider => new HostAgentService(
            options, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILoggerFactory>()));
    }
}
